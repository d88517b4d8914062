"""The institutions compared, the criteria, and what was observed of each.

Planted for the register of sources: one institution's figures are estimates of
more than two years ago, two sources disagree on one rate, one figure does not
exist, and rates for other terms and customers stand beside the comparable ones.
"""

from __future__ import annotations

import datetime as dt

import numpy as np

from analysis.definitions import months_before
from analysis.sample.span import Span
from analysis.sample.truth import Json, TruthBook
from analysis.sample.writer import BankWriter

INSTITUTIONS: tuple[tuple[str, str, str, str], ...] = (
    ("OWN", "Sample Bank", "示例银行", "joint_stock"),
    ("R1", "Northern State Bank", "北方国民银行", "state"),
    ("R2", "Riverside Bank", "江畔银行", "joint_stock"),
    ("R3", "Harbour City Bank", "港城商业银行", "city"),
    ("R4", "Cloud Bank", "云上银行", "digital"),
    ("R5", "Meridian Bank", "子午银行", "foreign"),
)
INSTITUTION_IDS = tuple(row[0] for row in INSTITUTIONS)
STALE_INSTITUTION = "R5"
STALE_MONTHS = 26

SOURCES: tuple[tuple[str, str, str, str | None], ...] = (
    ("S1", "Regulator's statistics", "监管统计数据", "official"),
    ("S2", "Published price lists", "公开价目表", "good"),
    ("S3", "Mystery shopping", "神秘顾客调查", "good"),
    ("S4", "Trade press", "行业媒体报道", "doubtful"),
    ("S5", "Our own records", "本行记录", "official"),
    ("S6", "Survey of the market", "市场调查", "good"),
)
OFFICIAL, PRICE_LIST, SHOPPING, PRESS, OWN_RECORDS, MARKET_SURVEY = (row[0] for row in SOURCES)

CRITERIA: tuple[tuple[str, str, str, str, str, str, float], ...] = (
    ("C01", "One-year deposit rate", "一年期存款利率", "price", "higher", "fraction", 0.14),
    ("C02", "Consumer loan rate", "消费贷款利率", "price", "lower", "fraction", 0.14),
    ("C03", "Annual fee of the card", "银行卡年费", "price", "lower", "CNY", 0.06),
    ("C04", "Products on offer", "在售产品数", "product", "higher", "count", 0.08),
    ("C05", "Time to loan approval", "贷款审批时间", "process", "lower", "hours", 0.12),
    ("C06", "Steps of a loan application", "贷款申请步骤", "process", "lower", "count", 0.06),
    ("C07", "Service score", "服务得分", "service", "higher", "points", 0.14),
    ("C08", "Waiting time at the counter", "柜台等候时间", "service", "lower", "min", 0.08),
    ("C09", "Rating of the application", "手机银行评分", "digital", "higher", "points", 0.12),
    ("C10", "Functions of the application", "手机银行功能数", "digital", "higher", "count", 0.06),
)
CRITERION_IDS = tuple(row[0] for row in CRITERIA)

MEDIAN_MINUTES = {
    "waiting": (16.0, 24.0, 14.0, 11.0, None, 9.0),
    "account_opening": (38.0, 52.0, 34.0, 30.0, 8.0, 41.0),
    "loan_approval": (2880.0, 4320.0, 2160.0, 2520.0, 240.0, 3600.0),
}
TIME_SPREAD = {"waiting": 0.6, "account_opening": 0.35, "loan_approval": 0.5}
"""Standard deviation of the logarithm of a time."""

TRUE_VALUES: dict[str, tuple[float | None, ...]] = {
    "C01": (0.0165, 0.0145, 0.0170, 0.0180, 0.0195, 0.0135),
    "C02": (0.0480, 0.0435, 0.0450, 0.0520, 0.0590, 0.0560),
    "C03": (120.0, 100.0, 150.0, 80.0, 0.0, 300.0),
    "C04": (58.0, 84.0, 66.0, 41.0, 22.0, 35.0),
    "C05": tuple(None if m is None else m / 60 for m in MEDIAN_MINUTES["loan_approval"]),
    "C06": (9.0, 11.0, 8.0, 8.0, 4.0, 10.0),
    "C07": (78.0, 71.0, 80.0, 76.0, 69.0, 84.0),
    "C08": MEDIAN_MINUTES["waiting"],
    "C09": (4.2, 3.9, 4.4, 3.8, 4.7, 3.6),
    "C10": (46.0, 52.0, 50.0, 31.0, 57.0, 24.0),
}
_ERRORS = {"C05": 2.0, "C07": 1.5, "C08": 1.2, "C09": 0.08}
_SOURCE_OF = {
    "C05": (SHOPPING, "mystery_shopping"),
    "C06": (SHOPPING, "mystery_shopping"),
    "C07": (SHOPPING, "mystery_shopping"),
    "C08": (SHOPPING, "mystery_shopping"),
    "C09": (MARKET_SURVEY, "survey"),
}
CONFLICT = ("R2", "C02")
CONFLICTING_VALUE = 0.0390
_OTHER_TERMS: tuple[tuple[str, int, str, float], ...] = (
    ("C01", 36, "all", 0.0045),
    ("C01", 12, "new_customers", 0.0060),
    ("C02", 60, "all", 0.0030),
    ("C02", 12, "vip", -0.0040),
)
"""Criterion, term in months, for whom, difference from the comparable rate."""


def write_rivals(rng: np.random.Generator, writer: BankWriter, span: Span) -> None:
    """Write ``institutions``, ``sources``, ``criteria`` and ``competitor_offers``."""
    names = ("institution_id", "name_en", "name_zh", "kind")
    writer.append_rows(
        "institutions",
        [{**dict(zip(names, row, strict=True)), "own": row[0] == "OWN"} for row in INSTITUTIONS],
    )
    names = ("source_id", "name_en", "name_zh", "reliability")
    writer.append_rows("sources", [dict(zip(names, row, strict=True)) for row in SOURCES])
    criterion = ("criterion_id", "name_en", "name_zh", "area", "better", "unit", "given_weight")
    writer.append_rows("criteria", [dict(zip(criterion, row, strict=True)) for row in CRITERIA])
    observations = _observe(rng, span)
    for number, row in enumerate(observations):
        row["observation_id"] = f"O{number + 1:04d}"
    writer.append_rows("competitor_offers", observations)


def observed_on(institution_id: str, span: Span) -> dt.date:
    """Give the day that the figures on an institution are of."""
    months = STALE_MONTHS if institution_id == STALE_INSTITUTION else 1
    return months_before(span.as_of, months)


def _observe(rng: np.random.Generator, span: Span) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for criterion_id in CRITERION_IDS:
        for position, value in enumerate(TRUE_VALUES[criterion_id]):
            if value is None:
                continue
            institution_id = INSTITUTION_IDS[position]
            error = 0.0 if institution_id == "OWN" else _ERRORS.get(criterion_id, 0.0)
            rows.append(
                {
                    **_where_from(institution_id, criterion_id),
                    "institution_id": institution_id,
                    "criterion_id": criterion_id,
                    "value": round(value + error * float(rng.normal()), 4),
                    "error": error or None,
                    "term_months": 12 if criterion_id in {"C01", "C02"} else None,
                    "from_amount_cny": 10_000.0 if criterion_id in {"C01", "C02"} else None,
                    "conditions": "all" if criterion_id in {"C01", "C02"} else None,
                    "observed_on": observed_on(institution_id, span),
                }
            )
    comparable = {(row["institution_id"], row["criterion_id"]): row for row in rows}
    for criterion_id, term, conditions, difference in _OTHER_TERMS:
        for institution_id in INSTITUTION_IDS:
            row = dict(comparable[institution_id, criterion_id])
            value = TRUE_VALUES[criterion_id][INSTITUTION_IDS.index(institution_id)] or 0.0
            row |= {"term_months": term, "conditions": conditions}
            row["value"] = round(value + difference, 4)
            rows.append(row)
    second = dict(comparable[CONFLICT])
    second |= {"value": CONFLICTING_VALUE, "source_id": PRESS, "method": "estimate"}
    return [*rows, second]


def _where_from(institution_id: str, criterion_id: str) -> dict[str, object]:
    source, method = _SOURCE_OF.get(criterion_id, (PRICE_LIST, "published"))
    if institution_id == "OWN":
        source, method = OWN_RECORDS, "process_data"
    elif institution_id == STALE_INSTITUTION:
        source, method = PRESS, "estimate"
    return {"source_id": source, "method": method}


def plant_rivals(book: TruthBook) -> None:
    """Record the true values and what is wrong with the figures."""
    book.plant(
        "competitors",
        "true_values",
        {
            criterion: dict(zip(INSTITUTION_IDS, values, strict=True))
            for criterion, values in TRUE_VALUES.items()
        },
        unit="the criterion's unit",
        meaning="Values behind the observations on comparable terms; some are seen with error.",
    )
    institution_id, criterion_id = CONFLICT
    problems: tuple[tuple[str, Json, str], ...] = (
        ("stale_institution", STALE_INSTITUTION, "Its figures are estimates of years ago."),
        (
            "conflict",
            {
                "institution_id": institution_id,
                "criterion_id": criterion_id,
                "second_value": CONFLICTING_VALUE,
            },
            "A second, doubtful source states another value.",
        ),
        (
            "missing",
            {"institution_id": "R4", "criterion_id": "C08"},
            "No figure exists: the digital bank has no counters.",
        ),
    )
    for name, value, meaning in problems:
        book.plant("competitors", name, value, unit="", meaning=meaning)
    book.plant(
        "competitors",
        "stale_months",
        STALE_MONTHS,
        unit="months",
        meaning=f"Age of the figures on {STALE_INSTITUTION} at the as-of date.",
    )
