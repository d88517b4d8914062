"""The register of incentives, their fixed costs and their budgets."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from analysis.sample.span import Span
from analysis.sample.writer import BankWriter


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """An incentive; days count back from the as-of date."""

    campaign_id: str
    name_en: str
    name_zh: str
    audience: str
    kind: str
    design: str
    starts_days_ago: int
    ends_days_ago: int | None
    outcome: str | None
    margin_per_unit_cny: float | None
    planned_offer_share: float | None = None
    threshold: float | None = None
    planned_looks: int | None = None
    budget_cny: float = 0.0
    least_share: float = 0.0
    most_share: float = 2.0
    hours_per_1000_cny: float = 1.0
    monthly_cost_cny: tuple[tuple[str, float], ...] = ()


RANDOMISED, MATCHED, THRESHOLD, UNCONTROLLED = "I01", "I02", "I03", "I04"
TEAM, REGIONAL, BONUS, COMMISSION, RECOGNITION, CAREER = "I05", "I06", "I07", "I08", "I09", "I10"
DEPOSIT_MARGIN = 0.02
"""What one CNY of balance earns in a year."""
BALANCE_THRESHOLD_CNY = 50_000.0
TARGET_SCORE = 80.0
PLANNED_LOOKS = 5

CAMPAIGNS: tuple[Campaign, ...] = (
    Campaign(
        campaign_id=RANDOMISED,
        name_en="Double points in summer",
        name_zh="夏季双倍积分",
        audience="customers",
        kind="points",
        design="randomised",
        starts_days_ago=190,
        ends_days_ago=60,
        outcome="balance_cny",
        margin_per_unit_cny=DEPOSIT_MARGIN,
        planned_offer_share=0.5,
        planned_looks=PLANNED_LOOKS,
        budget_cny=60_000,
        hours_per_1000_cny=2.0,
        monthly_cost_cny=(("contact", 1_500.0), ("system", 2_000.0)),
    ),
    Campaign(
        campaign_id=MATCHED,
        name_en="Preview of the private fund",
        name_zh="私享基金优先认购",
        audience="customers",
        kind="exclusive_product",
        design="matched",
        starts_days_ago=130,
        ends_days_ago=30,
        outcome="balance_cny",
        margin_per_unit_cny=DEPOSIT_MARGIN,
        budget_cny=80_000,
        hours_per_1000_cny=3.0,
        monthly_cost_cny=(("contact", 2_500.0), ("staff_time", 3_000.0)),
    ),
    Campaign(
        campaign_id=THRESHOLD,
        name_en="Preferential rate from 50,000",
        name_zh="五万元起优惠利率",
        audience="customers",
        kind="preferential_rate",
        design="threshold",
        starts_days_ago=110,
        ends_days_ago=None,
        outcome="balance_cny",
        margin_per_unit_cny=DEPOSIT_MARGIN,
        threshold=BALANCE_THRESHOLD_CNY,
        budget_cny=50_000,
        hours_per_1000_cny=0.5,
        monthly_cost_cny=(("system", 1_000.0),),
    ),
    Campaign(
        campaign_id=UNCONTROLLED,
        name_en="Birthday gift",
        name_zh="生日礼遇",
        audience="customers",
        kind="offer",
        design="none",
        starts_days_ago=70,
        ends_days_ago=None,
        outcome="balance_cny",
        margin_per_unit_cny=DEPOSIT_MARGIN,
        budget_cny=20_000,
        hours_per_1000_cny=0.5,
        monthly_cost_cny=(("contact", 800.0),),
    ),
    Campaign(
        campaign_id=TEAM,
        name_en="Team bonus for wealth advice",
        name_zh="理财顾问团队奖",
        audience="staff",
        kind="team",
        design="staggered",
        starts_days_ago=645,
        ends_days_ago=None,
        outcome="wealth_sales_cny",
        margin_per_unit_cny=0.01,
        budget_cny=90_000,
        least_share=0.2,
        hours_per_1000_cny=1.5,
        monthly_cost_cny=(("reward", 24_000.0), ("staff_time", 4_000.0)),
    ),
    Campaign(
        campaign_id=REGIONAL,
        name_en="Saver weeks on the coast",
        name_zh="沿海储蓄季",
        audience="customers",
        kind="preferential_rate",
        design="regional",
        starts_days_ago=280,
        ends_days_ago=None,
        outcome="deposits_cny",
        margin_per_unit_cny=DEPOSIT_MARGIN,
        budget_cny=30_000,
        hours_per_1000_cny=1.0,
        monthly_cost_cny=(("reward", 7_000.0), ("contact", 1_000.0)),
    ),
    Campaign(
        campaign_id=BONUS,
        name_en="Monthly target bonus",
        name_zh="月度达标奖金",
        audience="staff",
        kind="bonus",
        design="threshold",
        starts_days_ago=730,
        ends_days_ago=None,
        outcome="sales_points",
        margin_per_unit_cny=45.0,
        threshold=1.0,
        budget_cny=550_000,
        least_share=0.5,
        most_share=1.2,
        hours_per_1000_cny=0.2,
        monthly_cost_cny=(("staff_time", 5_000.0),),
    ),
    Campaign(
        campaign_id=COMMISSION,
        name_en="Commission per unit",
        name_zh="计价提成",
        audience="staff",
        kind="commission",
        design="none",
        starts_days_ago=730,
        ends_days_ago=None,
        outcome="sales_points",
        margin_per_unit_cny=45.0,
        budget_cny=450_000,
        least_share=0.5,
        most_share=1.2,
        hours_per_1000_cny=0.2,
        monthly_cost_cny=(("system", 1_500.0),),
    ),
    Campaign(
        campaign_id=RECOGNITION,
        name_en="Service award",
        name_zh="服务之星表彰",
        audience="staff",
        kind="recognition",
        design="threshold",
        starts_days_ago=640,
        ends_days_ago=None,
        outcome="sales_after_points",
        margin_per_unit_cny=45.0,
        threshold=TARGET_SCORE,
        budget_cny=15_000,
        most_share=4.0,
        hours_per_1000_cny=2.5,
        monthly_cost_cny=(("reward", 4_000.0), ("staff_time", 1_000.0)),
    ),
    Campaign(
        campaign_id=CAREER,
        name_en="Career ladder for advisers",
        name_zh="顾问职业阶梯",
        audience="staff",
        kind="career",
        design="none",
        starts_days_ago=500,
        ends_days_ago=None,
        outcome=None,
        margin_per_unit_cny=None,
        budget_cny=40_000,
        least_share=1.0,
        most_share=1.0,
        hours_per_1000_cny=2.0,
        monthly_cost_cny=(("staff_time", 9_000.0), ("reward", 4_000.0)),
    ),
)


_REGISTERED = (
    "campaign_id",
    "name_en",
    "name_zh",
    "audience",
    "kind",
    "design",
    "outcome",
    "margin_per_unit_cny",
    "planned_offer_share",
    "threshold",
    "planned_looks",
)


def write_campaigns(writer: BankWriter, span: Span) -> None:
    """Write ``campaigns``, ``incentive_costs`` and ``incentive_budgets``."""
    writer.append_rows("campaigns", [_register(campaign, span) for campaign in CAMPAIGNS])
    writer.append_rows("incentive_costs", _costs(span))
    writer.append_rows(
        "incentive_budgets",
        [
            {
                "campaign_id": campaign.campaign_id,
                "budget_cny": campaign.budget_cny,
                "minimum_cny": campaign.budget_cny * campaign.least_share,
                "maximum_cny": campaign.budget_cny * campaign.most_share,
                "staff_hours_per_1000": campaign.hours_per_1000_cny,
            }
            for campaign in CAMPAIGNS
        ],
    )


def _register(campaign: Campaign, span: Span) -> dict[str, object]:
    ends = campaign.ends_days_ago
    return {
        **{name: getattr(campaign, name) for name in _REGISTERED},
        "starts_on": span.as_of - dt.timedelta(days=campaign.starts_days_ago),
        "ends_on": None if ends is None else span.as_of - dt.timedelta(days=ends),
    }


def _costs(span: Span) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for campaign in CAMPAIGNS:
        starts = span.as_of - dt.timedelta(days=campaign.starts_days_ago)
        ends = span.as_of - dt.timedelta(days=campaign.ends_days_ago or 0)
        rows.extend(
            {
                "campaign_id": campaign.campaign_id,
                "month": month,
                "kind": kind,
                "amount_cny": amount,
            }
            for month in span.full_months(24)
            if starts.replace(day=1) <= month <= ends
            for kind, amount in campaign.monthly_cost_cny
        )
    return rows
