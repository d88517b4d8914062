"""What the people asked answer: satisfaction and its drivers, needs, importance, trust.

Opinions on the six service steps share a common part; satisfaction is a weighted
sum of them, of effects of age, region and tier, and of chance. Between the waves
only the opinion on waiting falls, and satisfaction with it. What somebody holds
important depends on one of four kinds of person, unknown to the bank.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.sample import answers
from analysis.sample.span import FloatArray, IntArray
from analysis.sample.survey import Invited
from analysis.sample.writer import BankWriter, Coded, number_labels

STEPS: tuple[tuple[str, str, str], ...] = (
    ("opening", "Account opening", "开户"),
    ("waiting", "Waiting time", "等候时间"),
    ("advice", "Advice", "咨询建议"),
    ("application", "Mobile application", "手机银行"),
    ("loan", "Loan process", "贷款流程"),
    ("complaint", "Handling of complaints", "投诉处理"),
)
DRIVER_WEIGHTS = (0.10, 0.45, 0.30, 0.25, 0.05, 0.15)
STEP_CUTS = (-1.7, -0.9, -0.1, 0.9)
STEP_LOADING = float(np.sqrt(0.4))
WAITING_SHIFT = (0.0, -0.35)
"""Shift of the opinion on waiting, by wave."""
CHANCE_SPREAD = 0.6
SATISFACTION_CUTS = (-1.9, -1.1, -0.3, 0.8)
EFFECT_BY_AGE = (-0.55, -0.15, 0.15, 0.55)
EFFECT_BY_REGION = (-0.25, 0.15, -0.15, 0.05, -0.10, 0.10, 0.20, 0.15, 0.0, -0.05)
EFFECT_BY_TIER = (0.30, 0.15, 0.0, -0.10)
_RECOMMEND_CUTS = (-2.6, -2.2, -1.9, -1.6, -1.3, -0.9, -0.5, 0.0, 0.5, 1.1)
_RECOMMEND_SPREAD = 0.6

_FURTHER: tuple[tuple[str, str, str, str, float], ...] = (
    ("channel_satisfaction", "branch", "Branch", "网点", 0.20),
    ("channel_satisfaction", "mobile", "Mobile", "手机", 0.10),
    ("channel_satisfaction", "telephone", "Telephone", "电话", -0.30),
    ("product_satisfaction", "card", "Cards", "银行卡", 0.15),
    ("product_satisfaction", "deposit", "Deposits", "存款", 0.25),
    ("product_satisfaction", "wealth", "Wealth products", "理财", -0.10),
    ("product_satisfaction", "loan", "Loans", "贷款", -0.25),
)
_FURTHER_LOADING, _FURTHER_SPREAD = 0.6, 0.8

TOPICS: tuple[tuple[str, str, str], ...] = (
    ("card", "Cards and payment", "银行卡与支付"),
    ("deposit", "Saving", "储蓄"),
    ("wealth", "Investing", "理财投资"),
    ("loan", "Credit at short notice", "快捷贷款"),
    ("insurance", "Insurance", "保险保障"),
    ("advice", "Personal advice", "专属顾问"),
)
NEED_SHARES = (
    (0.60, 0.15, 0.10, 0.40, 0.05, 0.10),
    (0.45, 0.25, 0.35, 0.35, 0.20, 0.20),
    (0.30, 0.35, 0.45, 0.40, 0.45, 0.35),
    (0.40, 0.15, 0.40, 0.60, 0.30, 0.45),
    (0.15, 0.65, 0.30, 0.05, 0.35, 0.55),
)
"""Chance of needing each topic, by segment."""
KIND_SHARES = (0.35, 0.25, 0.25, 0.15)
KIND_IMPORTANCE = (
    (4.6, 2.2, 2.4, 4.4, 1.8, 1.8),
    (2.4, 4.6, 2.2, 1.8, 3.8, 3.6),
    (3.0, 3.2, 4.7, 2.0, 3.0, 4.4),
    (2.0, 2.6, 2.8, 4.7, 4.2, 2.6),
)
"""Mean importance of each topic, by kind of person."""
IMPORTANCE_SPREAD = 0.7
TOPIC_SATISFACTION = (3.9, 3.8, 3.1, 2.3, 3.3, 2.9)
TOPIC_SPREAD = 0.9
FIVE_CUTS = (1.5, 2.5, 3.5, 4.5)

TRUST_ITEMS: tuple[tuple[str, str, str, str, bool], ...] = (
    ("My bank keeps its word.", "本行信守承诺。", "Keeps its word", "信守承诺", True),
    ("My bank tells me the risks.", "本行会说明风险。", "Tells risks", "说明风险", True),
    ("My data is safe with my bank.", "我的信息在本行是安全的。", "Data is safe", "信息安全", True),
    ("My bank hides its fees.", "本行隐瞒收费。", "Hides fees", "隐瞒收费", False),
    ("My bank acts in my interest.", "本行为我着想。", "My interest", "为我着想", True),
)
TRUST_LOADING = 0.75
TRUST_CUTS = (-1.5, -0.5, 0.5, 1.5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A question: what the table shows of it."""

    item_id: str
    kind: str
    topic: str | None
    wording_en: str
    wording_zh: str
    label_en: str
    label_zh: str
    scale_low: int = 1
    scale_high: int = 5
    high_is_good: bool = True
    scale_name: str | None = None


def list_items() -> list[Item]:
    """Give all questions, in the order of the answers' columns."""
    items = [
        Item(
            item_id="Q01",
            kind="overall_satisfaction",
            topic=None,
            wording_en="All in all, how satisfied are you with your bank?",
            wording_zh="总体而言，您对本行满意吗？",
            label_en="Overall satisfaction",
            label_zh="总体满意度",
        ),
        Item(
            item_id="Q02",
            kind="recommendation",
            topic=None,
            wording_en="How likely are you to recommend your bank?",
            wording_zh="您向他人推荐本行的可能性有多大？",
            label_en="Recommendation",
            label_zh="推荐意愿",
            scale_low=0,
            scale_high=10,
        ),
    ]
    asked = [
        ("step_satisfaction", STEPS, "How satisfied are you with: {}?", "您对{}满意吗？"),
        (
            "channel_satisfaction",
            [row[1:4] for row in _FURTHER if row[0] == "channel_satisfaction"],
            "How satisfied are you with the channel: {}?",
            "您对{}渠道满意吗？",
        ),
        (
            "product_satisfaction",
            [row[1:4] for row in _FURTHER if row[0] == "product_satisfaction"],
            "How satisfied are you with: {}?",
            "您对{}满意吗？",
        ),
        ("need", TOPICS, "Do you need: {}?", "您需要{}吗？"),
        ("importance", TOPICS, "How important to you is: {}?", "{}对您有多重要？"),
        (
            "need_satisfaction",
            TOPICS,
            "How well does your bank meet: {}?",
            "本行在{}方面满足您的程度如何？",
        ),
    ]
    for kind, topics, english, chinese in asked:
        for topic, label_en, label_zh in topics:
            items.append(
                Item(
                    item_id=f"Q{len(items) + 1:02d}",
                    kind=kind,
                    topic=topic,
                    wording_en=english.format(label_en.lower()),
                    wording_zh=chinese.format(label_zh),
                    label_en=label_en,
                    label_zh=label_zh,
                    scale_low=0 if kind == "need" else 1,
                    scale_high=1 if kind == "need" else 5,
                )
            )
    for wording_en, wording_zh, label_en, label_zh, good in TRUST_ITEMS:
        items.append(
            Item(
                item_id=f"Q{len(items) + 1:02d}",
                kind="scale",
                topic="trust",
                wording_en=wording_en,
                wording_zh=wording_zh,
                label_en=label_en,
                label_zh=label_zh,
                high_is_good=good,
                scale_name="trust",
            )
        )
    return items


def group_effect(age_band: IntArray, region: IntArray, tier: IntArray) -> FloatArray:
    """Give the part of satisfaction that age, region and tier make."""
    return np.asarray(
        np.array(EFFECT_BY_AGE)[age_band]
        + np.array(EFFECT_BY_REGION)[region]
        + np.array(EFFECT_BY_TIER)[tier]
    )


def draw_answers(rng: np.random.Generator, wave: Invited) -> IntArray:
    """Draw the answers of those who answered, shape (n_answered, n_items).

    Those who broke off have -1 after the questions on steps.
    """
    who = wave.answered
    size = len(who)
    common = rng.normal(size=(size, 1))
    own = rng.normal(size=(size, len(STEPS)))
    steps = STEP_LOADING * common + np.sqrt(1 - STEP_LOADING**2) * own
    steps[:, 1] += WAITING_SHIFT[wave.wave]
    satisfied = steps @ np.array(DRIVER_WEIGHTS) + rng.normal(0.0, CHANCE_SPREAD, size)
    satisfied += group_effect(wave.age_band[who], wave.region[who], wave.tier[who])
    recommend = satisfied + rng.normal(0.0, _RECOMMEND_SPREAD, size)
    levels = np.array([row[4] for row in _FURTHER])
    further = levels + _FURTHER_LOADING * satisfied[:, np.newaxis]
    further = further + rng.normal(0.0, _FURTHER_SPREAD, (size, len(_FURTHER)))
    needs = rng.random((size, len(TOPICS))) < np.array(NEED_SHARES)[wave.segment[who]]
    kind = np.searchsorted(np.cumsum(KIND_SHARES)[:-1], rng.random(size), side="right")
    importance = np.array(KIND_IMPORTANCE)[kind]
    importance = importance + rng.normal(0.0, IMPORTANCE_SPREAD, importance.shape)
    met = np.array(TOPIC_SATISFACTION) + rng.normal(0.0, TOPIC_SPREAD, importance.shape)
    trust = TRUST_LOADING * rng.normal(size=(size, 1))
    trust = trust + np.sqrt(1 - TRUST_LOADING**2) * rng.normal(size=(size, len(TRUST_ITEMS)))
    trust = trust * np.where([row[4] for row in TRUST_ITEMS], 1.0, -1.0)
    table = np.column_stack(
        [
            answers.to_scale(satisfied, SATISFACTION_CUTS),
            answers.to_scale(recommend, _RECOMMEND_CUTS, lowest=0),
            answers.to_scale(steps, STEP_CUTS),
            answers.to_scale(further, STEP_CUTS),
            needs,
            answers.to_scale(importance, FIVE_CUTS),
            answers.to_scale(met, FIVE_CUTS),
            answers.to_scale(trust, TRUST_CUTS),
        ]
    )
    broke_off = ~np.isin(who, wave.completed)
    table[broke_off, 2 + len(STEPS) :] = -1
    return table


def write_items(writer: BankWriter) -> None:
    """Write the table ``survey_items``."""
    names = tuple(Item.__dataclass_fields__)
    writer.append_rows(
        "survey_items", [{name: getattr(item, name) for name in names} for item in list_items()]
    )


def write_answers(writer: BankWriter, wave: Invited, table: IntArray) -> None:
    """Write the wave's rows of ``survey_answers``."""
    item_ids = tuple(item.item_id for item in list_items())
    invitation = number_labels("V", wave.number[wave.answered], digits=7)
    person, item = np.divmod(np.arange(table.size), len(item_ids))
    given = table.ravel() >= 0
    values = {
        "invitation_id": Coded(person[given], invitation),
        "item_id": Coded(item[given], item_ids),
        "value": table.ravel()[given],
    }
    writer.append("survey_answers", values)
