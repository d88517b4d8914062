"""Dimensions, indicators with targets and values, and the register of actions."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np

from analysis.definitions import quarter_label
from analysis.sample.span import Span
from analysis.sample.streams import stream
from analysis.sample.truth import Json, TruthBook
from analysis.sample.writer import BankWriter

DIMENSIONS = (
    ("D01", "Customer demand analysis", "客户需求分析", 0.14),
    ("D02", "Resource allocation", "资源优化配置", 0.10),
    ("D03", "Risk management", "风险管理", 0.12),
    ("D04", "Performance and improvement", "绩效评估与改进", 0.16),
    ("D05", "Customer relationship management", "客户关系管理", 0.12),
    ("D06", "Marketing strategy", "市场营销策略", 0.08),
    ("D07", "Product and service innovation", "产品和服务创新", 0.08),
    ("D08", "Technology application", "技术应用与发展", 0.08),
    ("D09", "Regulation and compliance", "政策法规与合规管理", 0.07),
    ("D10", "Performance incentives", "绩效激励机制", 0.05),
)
_EXPERTS = ("A", "B", "C", "D")
_JUDGEMENT_SPREAD = 0.15

OWN = "demand_assessment"
"""Indicators that the assessment computes itself name it as their report."""
INDICATORS: tuple[tuple[str, str, str, str, str, str, float, str | None, str | None], ...] = (
    ("analysis_time", "D01", "Days in analysis", "分析环节天数", "days", "lower", 0.6,
     OWN, "analysis_days"),
    ("response_rate", "D01", "Response rate of surveys", "调查响应率", "fraction", "higher", 0.4,
     "market_research", "response_rate"),
    ("cost_per_unit", "D02", "Cost per unit served", "单位服务成本", "CNY", "lower", 0.4,
     None, None),
    ("outlet_use", "D02", "Use of outlets", "网点利用率", "fraction", "band", 0.3, None, None),
    ("resource_efficiency", "D02", "Planned over actual work", "资源利用效率", "ratio", "higher",
     0.3, OWN, "resource_efficiency"),
    ("bad_loans", "D03", "Non-performing loans", "不良贷款率", "fraction", "lower", 0.6,
     None, None),
    ("early_warning", "D03", "Defaults that were warned of", "预警命中率", "fraction", "higher",
     0.4, None, None),
    ("on_time", "D04", "Demands delivered on time", "需求按时交付率", "fraction", "higher", 0.4,
     OWN, "on_time_rate"),
    ("to_standard", "D04", "Deliveries up to standard", "交付达标率", "fraction", "higher", 0.2,
     OWN, "standard_rate"),
    ("market_share", "D04", "Market share", "市场份额", "fraction", "higher", 0.2,
     "competitor_comparison", "market_share"),
    ("employees", "D04", "Satisfied employees", "员工满意度", "fraction", "higher", 0.2,
     OWN, "employee_satisfaction"),
    ("active_customers", "D05", "Active customers", "活跃客户占比", "fraction", "higher", 0.6,
     "lifecycle", "active_share"),
    ("early_retention", "D05", "Retention after the first quarter", "首季留存率", "fraction",
     "higher", 0.4, "lifecycle", "first_quarter_retention"),
    ("acquisition_cost", "D06", "Cost per customer won", "单客获取成本", "CNY", "lower", 1.0,
     None, None),
    ("new_products", "D07", "Income from new products", "新产品收入占比", "fraction", "higher",
     0.5, None, None),
    ("goals", "D07", "Business goals attained", "业务目标达成度", "fraction", "higher", 0.5,
     OWN, "goal_attainment"),
    ("digital_share", "D08", "Digital share of contacts", "数字渠道占比", "fraction", "higher",
     0.5, None, None),
    ("automation", "D08", "Steps done by machines", "流程自动化率", "fraction", "higher", 0.5,
     None, None),
    ("time_to_close", "D09", "Findings closed in time", "问题按期整改率", "fraction", "higher",
     1.0, OWN, "findings_closed_in_time"),
    ("proven_incentives", "D10", "Spending on incentives proven to work", "有效激励支出占比",
     "fraction", "higher", 1.0, None, None),
)  # fmt: skip

TARGETS: dict[str, tuple[float | None, float | None, float | None, float | None]] = {
    "analysis_time": (None, 8.0, None, 20.0),
    "response_rate": (0.5, None, 0.2, None),
    "cost_per_unit": (None, 18.0, None, 30.0),
    "outlet_use": (0.7, 0.9, 0.4, 1.1),
    "resource_efficiency": (1.0, None, 0.6, None),
    "bad_loans": (None, 0.012, None, 0.03),
    "early_warning": (0.75, None, 0.4, None),
    "on_time": (0.8, None, 0.3, None),
    "to_standard": (0.95, None, 0.7, None),
    "market_share": (0.14, None, 0.1, None),
    "employees": (0.7, None, 0.4, None),
    "active_customers": (0.7, None, 0.5, None),
    "early_retention": (0.9, None, 0.6, None),
    "acquisition_cost": (None, 280.0, None, 480.0),
    "new_products": (0.15, None, 0.05, None),
    "goals": (0.75, None, 0.4, None),
    "digital_share": (0.78, None, 0.55, None),
    "automation": (0.5, None, 0.3, None),
    "time_to_close": (0.9, None, 0.5, None),
    "proven_incentives": (0.6, None, 0.2, None),
}
"""Target and zero, low and high of each: (target_low, target_high, zero_low, zero_high)."""
RAISED_TARGET = ("digital_share", dt.date(2025, 10, 1), (0.8, None, 0.55, None))

LEVELS: dict[str, tuple[float, float, float | None]] = {
    "cost_per_unit": (21.4, 0.35, 22.0),
    "outlet_use": (0.82, 0.02, 0.78),
    "bad_loans": (0.0135, 0.0005, 0.0142),
    "early_warning": (0.66, 0.025, None),
    "acquisition_cost": (312.0, 8.0, 330.0),
    "new_products": (0.118, 0.005, None),
    "digital_share": (0.742, 0.004, 0.76),
    "automation": (0.412, 0.006, 0.45),
    "proven_incentives": (0.42, 0.02, None),
}
"""True level, standard error of a quarter's value, and the peers' median."""
WORSE_INDICATOR, WORSE_FROM, WORSE_LEVEL = "acquisition_cost", dt.date(2025, 12, 31), 378.0
RESTATED, RESTATED_QUARTER, RESTATED_ON = (
    "digital_share",
    dt.date(2025, 6, 30),
    dt.date(2025, 8, 20),
)
RESTATED_BY = 0.013
_Z = 1.959963984540054
_OPEN = dt.date.max

ACTIONS: tuple[tuple[Any, ...], ...] = (
    ("A01", "A second team of analysts", "增设第二支需求分析团队", "DP5", "2025-07-08",
     "2025-08-31", "2025-08-14", None, "analysis_time", -5.0),
    ("A02", "Robots for paperwork at the counter", "柜面单据流程机器人", "DP6", "2025-07-08",
     "2025-09-15", "2025-08-28", None, "automation", 0.05),
    ("A03", "One form for all demands", "统一需求申请表单", "DP1", "2025-07-08",
     "2025-08-31", None, None, "on_time", 0.03),
    ("A04", "A weekly bulletin on demands", "需求管理周报", "DP1", "2025-07-08",
     "2025-09-30", None, "2025-09-10", None, None),
    ("A05", "Acceptance criteria agreed before work begins", "开工前约定验收标准", "DP5",
     "2025-10-09", "2025-11-30", "2025-12-05", None, "to_standard", 0.04),
    ("A06", "Quarterly talk with the audit office", "与审计部门季度沟通机制", "DP3", "2025-10-09",
     "2026-02-28", None, None, "time_to_close", 0.05),
    ("A07", "A lead for every campaign", "营销活动负责人制度", "DP1", "2025-10-09",
     "2025-12-15", None, None, "acquisition_cost", -20.0),
)  # fmt: skip
WORKED, DID_NOT_WORK = "A01", "A02"


def write_assessment(seed: int, writer: BankWriter, span: Span) -> None:
    """Write what the assessment is made of."""
    writer.append_rows(
        "dimensions",
        [
            {"dimension_id": key, "name_en": en, "name_zh": zh, "weight": weight}
            for key, en, zh, weight in DIMENSIONS
        ],
    )
    writer.append_rows("dimension_judgements", _judgements(seed))
    names = ("indicator_id", "dimension_id", "name_en", "name_zh", "unit", "direction", "weight")
    writer.append_rows(
        "indicators",
        [
            dict(zip((*names, "source_report", "source_metric"), row, strict=True))
            for row in INDICATORS
        ],
    )
    writer.append_rows("indicator_targets", _targets(span))
    writer.append_rows("indicator_values", _values(seed, span))
    actions = _actions(span)
    if actions["action_id"]:  # the register begins in the middle of 2025
        writer.append("actions", actions)


def _judgements(seed: int) -> list[dict[str, Any]]:
    rng = stream(seed, "dimension_judgements")
    scale = np.array([1 / k for k in range(9, 1, -1)] + [float(k) for k in range(1, 10)])
    rows = []
    for expert in _EXPERTS:
        for i, (first, _, _, own) in enumerate(DIMENSIONS):
            for second, _, _, other in DIMENSIONS[i + 1 :]:
                ratio = own / other * float(np.exp(rng.normal(0.0, _JUDGEMENT_SPREAD)))
                nearest = scale[np.argmin(np.abs(np.log(scale) - np.log(ratio)))]
                rows.append(
                    {
                        "expert_id": expert,
                        "dimension_id": first,
                        "other_dimension_id": second,
                        "ratio": float(nearest),
                    }
                )
    return rows


def _targets(span: Span) -> list[dict[str, Any]]:
    names = ("target_low", "target_high", "zero_low", "zero_high")
    first = dt.date(2015, 1, 1)
    rows = [
        {"indicator_id": key, "valid_from": first, **dict(zip(names, bounds, strict=True))}
        for key, bounds in TARGETS.items()
    ]
    key, day, bounds = RAISED_TARGET
    if day <= span.as_of:
        rows.append(
            {"indicator_id": key, "valid_from": day, **dict(zip(names, bounds, strict=True))}
        )
    return rows


def _quarter_ends(span: Span) -> list[dt.date]:
    days = [first - dt.timedelta(days=1) for first in span.full_quarters(16)[1:]]
    last = span.full_quarters(1)[0]
    after = dt.date(last.year + (last.month == 10), (last.month + 2) % 12 + 1, 1)
    return [*days, after - dt.timedelta(days=1)]


def _values(seed: int, span: Span) -> list[dict[str, Any]]:
    rows = []
    for day in _quarter_ends(span):
        quarter = day.year * 4 + (day.month - 1) // 3
        rng = stream(seed, "indicator_values", quarter)
        for key, (level, error, peers) in LEVELS.items():
            worse = key == WORSE_INDICATOR and day >= WORSE_FROM
            value = (WORSE_LEVEL if worse else level) + error * float(rng.normal())
            restated = key == RESTATED and day == RESTATED_QUARTER
            first = value - RESTATED_BY if restated else value
            row = {
                "indicator_id": key,
                "period": quarter_label(quarter),
                "value_on": day,
                "peer_value": peers,
            }
            rows.append({**row, "stated_on": day, **_bounds(first, error)})
            if restated and span.as_of >= RESTATED_ON:
                rows.append({**row, "stated_on": RESTATED_ON, **_bounds(value, error)})
    return rows


def _bounds(value: float, error: float) -> dict[str, float]:
    return {
        "value": round(value, 6),
        "low": round(value - _Z * error, 6),
        "high": round(value + _Z * error, 6),
    }


def _actions(span: Span) -> dict[str, list[Any]]:
    names = (
        *("action_id", "title_en", "title_zh", "department_id", "raised_on", "due_on"),
        *("done_on", "dropped_on", "indicator_id", "expected_change"),
    )
    table: dict[str, list[Any]] = {name: [] for name in names}
    for row in ACTIONS:
        values = dict(zip(names, row, strict=True))
        for name in ("raised_on", "due_on", "done_on", "dropped_on"):
            values[name] = values[name] and dt.date.fromisoformat(values[name])
        if values["raised_on"] > span.as_of:
            continue
        for name in ("done_on", "dropped_on"):
            if (values[name] or _OPEN) > span.as_of:
                values[name] = None
        for name in names:
            table[name].append(values[name])
    table["source_report"] = [OWN] * len(table["action_id"])
    return table


def plant_assessment(book: TruthBook) -> None:
    """Record what the assessment must find."""
    truths: tuple[tuple[str, Json, str, str], ...] = (
        (
            "levels",
            {key: level for key, (level, _, _) in LEVELS.items()},
            "",
            "True values of the indicators that indicator_values holds, in their units.",
        ),
        (
            "deterioration",
            {"indicator_id": WORSE_INDICATOR, "from": str(WORSE_FROM), "level": WORSE_LEVEL},
            "CNY",
            "From this quarter on the indicator is worse.",
        ),
        (
            "restated",
            {"indicator_id": RESTATED, "value_on": str(RESTATED_QUARTER), "by": RESTATED_BY},
            "fraction",
            "This value was first stated too low by so much, and restated.",
        ),
        (
            "actions",
            {"worked": WORKED, "did_not_work": DID_NOT_WORK},
            "",
            "Of the actions that are done, one moved its indicator and one did not.",
        ),
    )
    for name, value, unit, meaning in truths:
        book.plant("assessment", name, value, unit=unit, meaning=meaning)
