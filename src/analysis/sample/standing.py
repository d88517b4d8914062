"""How the institutions are judged: by those who switch, experts, the clock, the public."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from analysis.sample import places, rivals
from analysis.sample.market import last_day
from analysis.sample.span import FloatArray, IntArray, Span, epoch_day
from analysis.sample.truth import TruthBook
from analysis.sample.writer import BankWriter, Coded

STRENGTHS = (0.05, -0.35, 0.20, -0.05, 0.55, -0.40)
"""Logits of attracting those who switch, by institution."""
_SWITCHERS_PER_PAIR = 90.0
_SWITCHING_QUARTERS = 8

TRUE_WEIGHTS = (0.16, 0.15, 0.05, 0.06, 0.15, 0.05, 0.14, 0.07, 0.12, 0.05)
_EXPERTS = ("A", "B", "C", "D", "E")
INCONSISTENT_EXPERT = "E"
REVERSED_PAIRS = (("C01", "C03"), ("C02", "C10"), ("C05", "C06"), ("C07", "C04"))
_JUDGEMENT_SPREAD = 0.12

_CASES = 90
_BRANDS: tuple[tuple[str, str, str, str | None, float, float], ...] = (
    ("trustworthy", "Trustworthy", "值得信赖", None, 1.0, -0.6),
    ("modern", "Modern", "现代", "C09", -0.9, 0.5),
    ("fast", "Fast", "快捷", "C05", -0.7, -0.3),
    ("cheap", "Good value", "实惠", "C03", -0.4, -0.7),
    ("personal", "Personal", "贴心", "C07", 0.3, 0.9),
    ("close", "Close by", "就近方便", None, 0.8, -0.5),
    ("expert", "Expert", "专业", "C04", 0.5, 0.7),
    ("simple", "Simple", "简单", "C06", -0.6, 0.0),
)
_BRAND_PLACES = ((0.1, 0.1), (1.0, -0.8), (0.2, 0.5), (0.3, 0.2), (-1.3, -0.2), (0.1, 1.2))
_ASKED = 600


def write_standing(rng: np.random.Generator, writer: BankWriter, span: Span) -> None:
    """Write switching, experts' judgements, service times and brand perceptions."""
    _write_switching(rng, writer, span)
    _write_judgements(rng, writer)
    _write_times(rng, writer, span)
    _write_brands(rng, writer, span)


def _write_switching(rng: np.random.Generator, writer: BankWriter, span: Span) -> None:
    ids = rivals.INSTITUTION_IDS
    flows: defaultdict[str, list[object]] = defaultdict(list)
    for quarter in span.full_quarters(_SWITCHING_QUARTERS):
        for first in range(len(ids)):
            for second in range(first + 1, len(ids)):
                total = int(rng.poisson(_SWITCHERS_PER_PAIR))
                odds = np.exp(STRENGTHS[second] - STRENGTHS[first])
                gained = int(rng.binomial(total, odds / (1 + odds)))
                for leaving, joining, count in (
                    (first, second, gained),
                    (second, first, total - gained),
                ):
                    flows["from_institution_id"].append(ids[leaving])
                    flows["to_institution_id"].append(ids[joining])
                    flows["quarter"].append(quarter)
                    flows["customers"].append(count)
                    flows["source_id"].append(rivals.MARKET_SURVEY)
    writer.append("switching_flows", flows)


def _write_judgements(rng: np.random.Generator, writer: BankWriter) -> None:
    ids = rivals.CRITERION_IDS
    scale = np.array([1 / k for k in range(9, 1, -1)] + [float(k) for k in range(1, 10)])
    rows = []
    for expert in _EXPERTS:
        for first in range(len(ids)):
            for second in range(first + 1, len(ids)):
                ratio = TRUE_WEIGHTS[first] / TRUE_WEIGHTS[second]
                ratio *= float(np.exp(rng.normal(0.0, _JUDGEMENT_SPREAD)))
                pair = {ids[first], ids[second]}
                if expert == INCONSISTENT_EXPERT and any(pair == set(p) for p in REVERSED_PAIRS):
                    ratio = 1 / ratio**2
                nearest = scale[np.argmin(np.abs(np.log(scale) - np.log(ratio)))]
                rows.append(
                    {
                        "expert_id": expert,
                        "criterion_id": ids[first],
                        "other_criterion_id": ids[second],
                        "ratio": float(nearest),
                    }
                )
    writer.append_rows("expert_judgements", rows)


def _write_times(rng: np.random.Generator, writer: BankWriter, span: Span) -> None:
    number = 0
    for process, medians in rivals.MEDIAN_MINUTES.items():
        for position, median in enumerate(medians):
            if median is None:
                continue
            institution_id = rivals.INSTITUTION_IDS[position]
            own = institution_id == "OWN"
            minutes = rng.lognormal(np.log(median), rivals.TIME_SPREAD[process], _CASES)
            last = epoch_day(rivals.observed_on(institution_id, span))
            one = np.zeros(_CASES, dtype=np.int8)
            values = {
                "case_id": [f"M{number + case + 1:05d}" for case in range(_CASES)],
                "institution_id": Coded(one, (institution_id,)),
                "process": Coded(one, (process,)),
                "minutes": np.round(minutes, 1),
                "region": Coded(
                    rng.integers(len(places.REGIONS), size=_CASES), places.REGION_NAMES
                ),
                "method": Coded(one, ("process_data" if own else "mystery_shopping",)),
                "source_id": Coded(one, (rivals.OWN_RECORDS if own else rivals.SHOPPING,)),
                "observed_on": last - rng.integers(60, size=_CASES),
            }
            writer.append("service_times", values)
            number += _CASES


def brand_chances() -> FloatArray:
    """Give the chance that an attribute fits, by institution and attribute."""
    directions = np.array([row[4:] for row in _BRANDS])
    score = -0.3 + np.array(_BRAND_PLACES) @ directions.T
    return np.asarray(1 / (1 + np.exp(-score)))


def _write_brands(rng: np.random.Generator, writer: BankWriter, span: Span) -> None:
    mentions: IntArray = rng.binomial(_ASKED, brand_chances())
    day = last_day(span.full_quarters(1)[0])
    rows = [
        {
            "institution_id": institution_id,
            "brand_attribute": name,
            "attribute_en": name_en,
            "attribute_zh": name_zh,
            "criterion_id": criterion_id,
            "asked": _ASKED,
            "mentions": int(mentions[position, column]),
            "source_id": rivals.MARKET_SURVEY,
            "observed_on": day,
        }
        for position, institution_id in enumerate(rivals.INSTITUTION_IDS)
        for column, (name, name_en, name_zh, criterion_id, _, _) in enumerate(_BRANDS)
    ]
    writer.append_rows("brand_perceptions", rows)


def plant_standing(book: TruthBook) -> None:
    """Record the laws behind these tables."""
    ids = rivals.INSTITUTION_IDS
    for name, value, unit, meaning in (
        (
            "switching_strengths",
            dict(zip(ids, STRENGTHS, strict=True)),
            "logits",
            "Of those who switch between two institutions, the log odds of joining each.",
        ),
        (
            "expert_weights",
            dict(zip(rivals.CRITERION_IDS, TRUE_WEIGHTS, strict=True)),
            "fraction",
            "Weights behind the experts' pairwise judgements.",
        ),
        (
            "inconsistent_expert",
            {"expert_id": INCONSISTENT_EXPERT, "reversed": [list(p) for p in REVERSED_PAIRS]},
            "",
            "This expert turned these judgements round.",
        ),
        (
            "median_minutes",
            {
                process: dict(zip(ids, medians, strict=True))
                for process, medians in rivals.MEDIAN_MINUTES.items()
            },
            "min",
            f"Medians of log-normal service times; spreads of the logarithm {rivals.TIME_SPREAD}.",
        ),
        (
            "brand_chances",
            {
                institution_id: dict(
                    zip([row[0] for row in _BRANDS], row.round(6).tolist(), strict=True)
                )
                for institution_id, row in zip(ids, brand_chances(), strict=True)
            },
            "fraction",
            "Chance that somebody says an attribute fits an institution.",
        ),
    ):
        book.plant("market", name, value, unit=unit, meaning=meaning)
