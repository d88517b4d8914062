"""Answers on features, prices and choices, from planted classes, prices and utilities.

Asked of those who completed the last wave.
"""

from __future__ import annotations

import numpy as np

from analysis.sample.span import FloatArray, IntArray
from analysis.sample.survey import Invited
from analysis.sample.truth import Json, TruthBook
from analysis.sample.writer import ArrowArray, BankWriter, Coded, number_labels

FEATURES: tuple[tuple[str, str, str], ...] = (
    ("F1", "Instant card blocking", "一键锁卡"),
    ("F2", "Personal adviser", "专属顾问"),
    ("F3", "Spending overview", "消费分析"),
    ("F4", "Loan decision within an hour", "一小时放款决定"),
    ("F5", "Evening opening hours", "延时营业"),
    ("F6", "Points for payments", "支付积分"),
    ("F7", "Account opening by video", "视频开户"),
    ("F8", "Daily advertising messages", "每日推荐短信"),
)
_FEATURE_IDS = tuple(feature_id for feature_id, _, _ in FEATURES)
KANO_CLASSES = ("must_be", "one_dimensional", "attractive", "indifferent", "reverse")
KANO_SHARES = (
    (0.68, 0.18, 0.06, 0.06, 0.02),
    (0.08, 0.22, 0.55, 0.14, 0.01),
    (0.06, 0.16, 0.60, 0.17, 0.01),
    (0.12, 0.60, 0.20, 0.07, 0.01),
    (0.08, 0.12, 0.18, 0.60, 0.02),
    (0.06, 0.52, 0.30, 0.11, 0.01),
    (0.05, 0.14, 0.34, 0.45, 0.02),
    (0.02, 0.03, 0.05, 0.28, 0.62),
)
_KANO_PAIRS: tuple[tuple[tuple[int, int], ...], ...] = (
    ((2, 5), (3, 5), (4, 5)),
    ((1, 5), (1, 5), (1, 5)),
    ((1, 2), (1, 3), (1, 4)),
    ((3, 3), (2, 3), (3, 4)),
    ((5, 1), (5, 2), (4, 1)),
)
"""Answers with and without the feature that make a class in Kano's table."""

BEST_WORST_UTILITIES = (1.4, 0.5, 0.2, 0.9, -0.4, 0.3, -0.6, -2.0)
_BEST_WORST_TASKS, _FEATURES_SHOWN = 6, 4

PRICE_CENTRE_CNY = 20.0
PRICE_STEPS = (0.4, 0.7, 1.3, 1.9)
"""Too cheap, cheap, expensive, too expensive, as parts of a person's own price."""
_PRICE_SPREAD, _STEP_SPREAD = 0.35, 0.05
INTENTION_MEDIAN_CNY = 18.0
INTENTION_SPREAD = 0.45
PRICES_SHOWN_CNY = (8.0, 12.0, 16.0, 20.0, 25.0, 30.0, 40.0)

ATTRIBUTES: tuple[tuple[str, str, str, str, bool], ...] = (
    ("annual_fee", "Annual fee", "年费", "CNY", True),
    ("cashback", "Cash back", "返现比例", "fraction", False),
    ("approval_days", "Days to approval", "审批天数", "days", False),
    ("lounge", "Airport lounge", "机场贵宾厅", "yes or no", False),
)
_LEVELS = ((0.0, 100.0, 200.0, 300.0), (0.0, 0.005, 0.01, 0.02), (1.0, 3.0, 5.0, 7.0), (0.0, 1.0))
CHOICE_UTILITIES = (-0.006, 60.0, -0.15, 0.6)
NONE_UTILITY = -0.9
_CHOICE_TASKS, _ALTERNATIVES = 8, 3
_MOST_CHOOSERS = 800
_PRICE_CONCEPT, _CHOICE_CONCEPT = "K1", "K2"


def write_preferences(rng: np.random.Generator, writer: BankWriter, wave: Invited) -> None:
    """Write all tables of `analysis.data.contract.preferences`."""
    _write_registers(writer)
    people = number_labels("V", wave.number[wave.completed], digits=7)
    _write_kano(rng, writer, people)
    _write_best_worst(rng, writer, people)
    _write_prices(rng, writer, people)
    _write_choices(rng, writer, people)


def _write_registers(writer: BankWriter) -> None:
    names = ("feature_id", "name_en", "name_zh")
    writer.append_rows("features", [dict(zip(names, row, strict=True)) for row in FEATURES])
    concepts = (
        (_PRICE_CONCEPT, "Premium account", "尊享账户", "CNY/month"),
        (_CHOICE_CONCEPT, "Credit card in the making", "筹备中的信用卡", "CNY/year"),
    )
    names_of_concept = ("concept_id", "name_en", "name_zh", "price_unit")
    writer.append_rows(
        "concepts", [dict(zip(names_of_concept, row, strict=True)) for row in concepts]
    )
    names_of_attribute = ("attribute_id", "name_en", "name_zh", "unit", "is_price")
    writer.append_rows(
        "choice_attributes",
        [
            {"concept_id": _CHOICE_CONCEPT, **dict(zip(names_of_attribute, row, strict=True))}
            for row in ATTRIBUTES
        ],
    )


def _write_kano(rng: np.random.Generator, writer: BankWriter, people: ArrowArray) -> None:
    shape = (len(people), len(FEATURES))
    limits = np.cumsum(KANO_SHARES, axis=1)[:, :-1]
    kind = (rng.random(shape)[..., np.newaxis] > limits).sum(axis=-1)
    pairs = np.array(_KANO_PAIRS)[kind, rng.integers(3, size=shape)].reshape(-1, 2)
    person, feature = np.divmod(np.arange(len(pairs)), len(FEATURES))
    values = {
        "invitation_id": Coded(person, people),
        "feature_id": Coded(feature, _FEATURE_IDS),
        "with_feature": pairs[:, 0],
        "without_feature": pairs[:, 1],
    }
    writer.append("kano_answers", values)


def _write_best_worst(rng: np.random.Generator, writer: BankWriter, people: ArrowArray) -> None:
    n_tasks = len(people) * _BEST_WORST_TASKS
    shown = np.sort(
        np.argsort(rng.random((n_tasks, len(FEATURES))), axis=1)[:, :_FEATURES_SHOWN], axis=1
    )
    utility = np.array(BEST_WORST_UTILITIES)[shown]
    best = np.argmax(utility + rng.gumbel(size=shown.shape), axis=1)
    dislike = -utility + rng.gumbel(size=shown.shape)
    dislike[np.arange(n_tasks), best] = -np.inf
    picked = np.full(shown.shape, 2)
    picked[np.arange(n_tasks), best] = 0
    picked[np.arange(n_tasks), np.argmax(dislike, axis=1)] = 1
    task = np.repeat(np.arange(n_tasks), _FEATURES_SHOWN)
    values = {
        "invitation_id": Coded(task // _BEST_WORST_TASKS, people),
        "task": task % _BEST_WORST_TASKS + 1,
        "feature_id": Coded(shown.ravel(), _FEATURE_IDS),
        "picked": Coded(picked.ravel(), ("best", "worst", "neither")),
    }
    writer.append("best_worst_answers", values)


def _write_prices(rng: np.random.Generator, writer: BankWriter, people: ArrowArray) -> None:
    size = len(people)
    own = np.log(PRICE_CENTRE_CNY) + rng.normal(0.0, _PRICE_SPREAD, (size, 1))
    points = own + np.log(PRICE_STEPS) + rng.normal(0.0, _STEP_SPREAD, (size, len(PRICE_STEPS)))
    points = np.round(np.exp(np.sort(points, axis=1)), 1)
    everyone = np.arange(size)
    concept = Coded(np.zeros(size, dtype=np.int8), (_PRICE_CONCEPT,))
    names = ("too_cheap_cny", "cheap_cny", "expensive_cny", "too_expensive_cny")
    writer.append(
        "price_points",
        {
            "invitation_id": Coded(everyone, people),
            "concept_id": concept,
            **{name: points[:, column] for column, name in enumerate(names)},
        },
    )
    would_pay = rng.lognormal(np.log(INTENTION_MEDIAN_CNY), INTENTION_SPREAD, size)
    person = np.repeat(everyone, len(PRICES_SHOWN_CNY))
    price = np.tile(PRICES_SHOWN_CNY, size)
    writer.append(
        "purchase_intentions",
        {
            "invitation_id": Coded(person, people),
            "concept_id": Coded(np.zeros(len(person), dtype=np.int8), (_PRICE_CONCEPT,)),
            "price_cny": price,
            "would_buy": would_pay[person] >= price,
        },
    )


def _write_choices(rng: np.random.Generator, writer: BankWriter, people: ArrowArray) -> None:
    choosers = min(len(people), _MOST_CHOOSERS)
    shape = (choosers * _CHOICE_TASKS, _ALTERNATIVES)
    levels = np.stack([np.array(given)[rng.integers(len(given), size=shape)] for given in _LEVELS])
    chosen = _choose(rng, levels)
    task = np.arange(shape[0])
    values = {
        "invitation_id": Coded(task // _CHOICE_TASKS, people),
        "task": task % _CHOICE_TASKS + 1,
        "chosen": chosen,
    }
    writer.append("choices", values)
    row, attribute = np.divmod(np.arange(levels.size), len(ATTRIBUTES))
    long_task, alternative = np.divmod(row, _ALTERNATIVES)
    shown = {
        "invitation_id": Coded(long_task // _CHOICE_TASKS, people),
        "task": long_task % _CHOICE_TASKS + 1,
        "alternative": alternative + 1,
        "attribute_id": Coded(attribute, tuple(name for name, *_ in ATTRIBUTES)),
        "level": levels[attribute, long_task, alternative],
    }
    writer.append("choice_levels", shown)


def _choose(rng: np.random.Generator, levels: FloatArray) -> IntArray:
    """Give the alternative of the highest utility, 0 for none; shape (n_tasks,)."""
    utility = np.tensordot(np.array(CHOICE_UTILITIES), levels, axes=1)
    none = np.full((len(utility), 1), NONE_UTILITY)
    everything = np.hstack([none, utility])
    return np.asarray(np.argmax(everything + rng.gumbel(size=everything.shape), axis=1))


def plant_preferences(book: TruthBook) -> None:
    """Record classes, utilities and prices."""
    kano: dict[str, Json] = {
        feature: dict(zip(KANO_CLASSES, row, strict=True))
        for feature, row in zip(_FEATURE_IDS, KANO_SHARES, strict=True)
    }
    low, cheap, dear, high = PRICE_STEPS
    fee = CHOICE_UTILITIES[0]
    attributes = [name for name, *_ in ATTRIBUTES]
    for name, value, unit, meaning in (
        ("kano_shares", kano, "fraction", "Chance of each Kano class, by feature."),
        (
            "best_worst_utilities",
            dict(zip(_FEATURE_IDS, BEST_WORST_UTILITIES, strict=True)),
            "logits",
            "Best by these utilities, then worst by their negatives among the rest.",
        ),
        (
            "optimal_price_cny",
            PRICE_CENTRE_CNY * (low * high) ** 0.5,
            "CNY/month",
            "van Westendorp: as many find it too cheap as find it too expensive.",
        ),
        (
            "indifference_price_cny",
            PRICE_CENTRE_CNY * (cheap * dear) ** 0.5,
            "CNY/month",
            "van Westendorp: as many find it cheap as find it expensive.",
        ),
        (
            "would_pay_median_cny",
            INTENTION_MEDIAN_CNY,
            "CNY/month",
            f"Gabor-Granger: what people would pay is log-normal, spread {INTENTION_SPREAD}.",
        ),
        (
            "choice_utilities",
            {**dict(zip(attributes, CHOICE_UTILITIES, strict=True)), "none": NONE_UTILITY},
            "logits per unit of the attribute",
            "Conditional logit of the choice experiment.",
        ),
        (
            "willingness_to_pay_cny",
            {
                attribute: round(-utility / fee, 6)
                for attribute, utility in zip(attributes[1:], CHOICE_UTILITIES[1:], strict=True)
            },
            "CNY/year per unit of the attribute",
            "Utility of an attribute over that of one CNY of annual fee.",
        ),
    ):
        book.plant("preferences", name, value, unit=unit, meaning=meaning)
