"""What the subject's words mean: one place, used by every report.

The thresholds are parameters of a report; the rules that use them are here.
Source of the terms: the customer life cycle of tiered customer management
(potential 潜在, new 新, stable 稳定, dormant 休眠, lost 流失).
"""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from analysis.text import Message, message


class Stage(StrEnum):
    """Where a customer stands in the relationship with the bank."""

    POTENTIAL = "potential"
    NEW = "new"
    STABLE = "stable"
    DORMANT = "dormant"
    LOST = "lost"


ACTIVE_STAGES: tuple[Stage, ...] = (Stage.NEW, Stage.STABLE)
"""A customer in one of these is active."""

STAGE_NAMES: dict[Stage, Message] = {
    Stage.POTENTIAL: message("potential"),
    Stage.NEW: message("new"),
    Stage.STABLE: message("stable"),
    Stage.DORMANT: message("dormant"),
    Stage.LOST: message("lost"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StageRules:
    """Thresholds of the stages; at any date the first rule that fits decides.

    1. potential: known to the bank, no relationship yet;
    2. lost: relationship closed, or no activity for `lost_after_months`;
    3. dormant: no activity for `dormant_after_months`;
    4. new: relationship not older than `new_within_months`;
    5. stable: every other.

    Raises
    ------
    ValueError
        If the thresholds are not positive, or dormancy does not come before loss.
    """

    new_within_months: int
    dormant_after_months: int
    lost_after_months: int

    def __post_init__(self) -> None:
        if self.new_within_months < 1 or self.dormant_after_months < 1:
            raise ValueError("thresholds of the stages are at least one month")
        if self.dormant_after_months >= self.lost_after_months:
            raise ValueError("dormant_after_months must be less than lost_after_months")


def stage_of(
    *,
    started_on: dt.date | None,
    last_active_on: dt.date | None,
    closed_on: dt.date | None,
    as_of: dt.date,
    rules: StageRules,
) -> Stage:
    """Give one customer's stage; the reports apply the same rule inside the engine.

    Parameters
    ----------
    started_on : date or None
        First day of the relationship.
    last_active_on : date or None
        Last activity up to `as_of`; the first day of the relationship where None.
    closed_on : date or None
    as_of : date
    rules : StageRules

    Examples
    --------
    >>> rules = StageRules(new_within_months=6, dormant_after_months=6, lost_after_months=12)
    >>> stage_of(started_on=dt.date(2023, 5, 1), last_active_on=dt.date(2025, 12, 3),
    ...          closed_on=None, as_of=dt.date(2025, 12, 31), rules=rules)
    <Stage.STABLE: 'stable'>
    """
    if started_on is None or started_on > as_of:
        return Stage.POTENTIAL
    last = max(started_on, last_active_on or started_on)
    closed = closed_on is not None and closed_on <= as_of
    if closed or last <= months_before(as_of, rules.lost_after_months):
        return Stage.LOST
    if last <= months_before(as_of, rules.dormant_after_months):
        return Stage.DORMANT
    if started_on > months_before(as_of, rules.new_within_months):
        return Stage.NEW
    return Stage.STABLE


def months_before(day: dt.date, months: int) -> dt.date:
    """Go back whole months; the last day of a month stays the last day.

    Examples
    --------
    >>> months_before(dt.date(2025, 12, 31), 6), months_before(dt.date(2025, 3, 30), 1)
    (datetime.date(2025, 6, 30), datetime.date(2025, 2, 28))
    """
    index = day.year * 12 + day.month - 1 - months
    year, month = divmod(index, 12)
    length = calendar.monthrange(year, month + 1)[1]
    ends_month = day.day == calendar.monthrange(day.year, day.month)[1]
    return dt.date(year, month + 1, length if ends_month else min(day.day, length))


def last_complete_quarter(as_of: dt.date) -> int:
    """Give the number of the last calendar quarter that has ended by `as_of`.

    Quarters count from year 0: ``4 * year + quarter - 1``.

    Examples
    --------
    >>> last_complete_quarter(dt.date(2025, 12, 31)) == 4 * 2025 + 3
    True
    >>> quarter_label(last_complete_quarter(dt.date(2025, 12, 30)))
    '2025-Q3'
    """
    tomorrow = as_of + dt.timedelta(days=1)
    return tomorrow.year * 4 + (tomorrow.month - 1) // 3 - 1


def quarter_begin(quarter: int) -> dt.date:
    """Give the first day of a quarter, by its number as of `last_complete_quarter`.

    Examples
    --------
    >>> quarter_begin(4 * 2025 + 3)
    datetime.date(2025, 10, 1)
    """
    return dt.date(quarter // 4, quarter % 4 * 3 + 1, 1)


def quarter_label(quarter: int) -> str:
    """Write a quarter's number as ``2025-Q3``."""
    return f"{quarter // 4}-Q{quarter % 4 + 1}"
