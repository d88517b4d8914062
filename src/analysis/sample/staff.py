"""The sales staff: a bonus that is gamed at its threshold, an award that is not.

Each member of staff has sales of a month that would come without the bonus. Who
falls short of the target by a little, and is of those who play, books enough to
reach it: a part is pulled forward from the next month, which then has that much
less, the rest is real. Contracts sold that way are closed early and complained
about more often.

The award is given for a service score that others assign, so that nobody can aim
at the threshold; sales of the next quarter rise by a fixed amount there.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.sample import campaigns, places
from analysis.sample.span import FloatArray, Span, epoch_day, month_after
from analysis.sample.truth import TruthBook
from analysis.sample.writer import BankWriter, Coded, number_labels

_CUSTOMERS_PER_STAFF = 400
_STAFF_PER_BRANCH = (10, 80)
_MONTHS = 24
TARGET_POINTS = 100.0
MEAN_POINTS = 94.0
_SPREAD_BETWEEN, _SPREAD_WITHIN = 8.0, 14.0
WINDOW_POINTS = 12.0
"""How far short of the target one may fall and still reach for it."""
GAMING_SHARE = 0.6
PULLED_SHARE = 0.7
_OVERSHOOT_POINTS = 2.0
_POINTS_PER_CONTRACT = 5.0
EARLY_CLOSURE = (0.04, 0.12)
"""Chance that a contract is closed early, in months without and with gaming."""
COMPLAINT = (0.01, 0.03)
BONUS_CNY = 1_500.0
COMMISSION_CNY_PER_POINT = 9.0

_QUARTERS = 6
RECOGNITION_EFFECT_POINTS = 18.0
_ROLES = ("adviser", "teller", "lender", "manager")
_ROLE_SHARES = (0.5, 0.25, 0.2, 0.05)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StaffMonths:
    """Sales of all staff, arrays of shape (n_staff, n_months)."""

    would_be: FloatArray
    booked: FloatArray
    gamed: npt.NDArray[np.bool_]


def draw_months(rng: np.random.Generator, n_staff: int, n_months: int) -> StaffMonths:
    """Draw what staff would have sold and what they booked."""
    ability = rng.normal(MEAN_POINTS, _SPREAD_BETWEEN, (n_staff, 1))
    would_be = np.maximum(ability + rng.normal(0.0, _SPREAD_WITHIN, (n_staff, n_months)), 5.0)
    plays = rng.random((n_staff, n_months)) < GAMING_SHARE
    overshoot = rng.uniform(0.0, _OVERSHOOT_POINTS, (n_staff, n_months))
    booked = np.empty_like(would_be)
    gamed = np.zeros((n_staff, n_months), dtype=bool)
    owed = np.zeros(n_staff)
    for month in range(n_months):
        left = np.maximum(would_be[:, month] - owed, 0.0)
        short = TARGET_POINTS - left
        gamed[:, month] = (short > 0) & (short <= WINDOW_POINTS) & plays[:, month]
        added = np.where(gamed[:, month], short + overshoot[:, month], 0.0)
        booked[:, month] = left + added
        owed = PULLED_SHARE * added
    return StaffMonths(would_be=would_be, booked=booked, gamed=gamed)


def write_staff(
    rng: np.random.Generator, writer: BankWriter, customers: int, span: Span, book: TruthBook
) -> None:
    """Write ``staff``, ``staff_months`` and ``staff_assessments``, and record what was planted."""
    per_branch = customers // places.N_BRANCHES // _CUSTOMERS_PER_STAFF
    per_branch = min(max(per_branch, _STAFF_PER_BRANCH[0]), _STAFF_PER_BRANCH[1])
    n_staff = per_branch * places.N_BRANCHES
    ids = number_labels("S", np.arange(1, n_staff + 1), digits=5)
    role = np.searchsorted(np.cumsum(_ROLE_SHARES)[:-1], rng.random(n_staff), side="right")
    hired = epoch_day(span.full_months(_MONTHS + 1)[0]) - rng.integers(30, 6_000, n_staff)
    values = {
        "staff_id": ids,
        "branch_id": Coded(np.repeat(np.arange(places.N_BRANCHES), per_branch), places.BRANCH_IDS),
        "role": Coded(role, _ROLES),
        "hired_on": hired,
        "left_on": [None] * n_staff,
    }
    writer.append("staff", values)
    months = draw_months(rng, n_staff, _MONTHS)
    _write_months(rng, writer, ids, months, span)
    _write_assessments(rng, writer, ids, n_staff, span)
    _plant(book, months)


def _write_months(
    rng: np.random.Generator, writer: BankWriter, ids: object, months: StaffMonths, span: Span
) -> None:
    booked = np.round(months.booked.ravel(), 1)
    gamed = months.gamed.ravel().astype(np.int64)
    staff, month = np.divmod(np.arange(booked.size), _MONTHS)
    first_days = np.array([epoch_day(day) for day in span.full_months(_MONTHS)])
    contracts = rng.poisson(booked / _POINTS_PER_CONTRACT)
    values = {
        "staff_id": Coded(staff, ids),
        "month": first_days[month],
        "target_points": np.full(booked.size, TARGET_POINTS),
        "sales_points": booked,
        "contracts": contracts,
        "early_closures": rng.binomial(contracts, np.array(EARLY_CLOSURE)[gamed]),
        "complaints": rng.binomial(contracts, np.array(COMPLAINT)[gamed]),
        "bonus_cny": np.where(booked >= TARGET_POINTS, BONUS_CNY, 0.0),
        "commission_cny": np.round(COMMISSION_CNY_PER_POINT * booked, 2),
    }
    writer.append("staff_months", values)


def _write_assessments(
    rng: np.random.Generator, writer: BankWriter, ids: object, n_staff: int, span: Span
) -> None:
    quarters = span.full_quarters(_QUARTERS + 1)[:-1]
    days = np.array([epoch_day(month_after(month_after(month_after(q)))) - 1 for q in quarters])
    staff, quarter = np.divmod(np.arange(n_staff * _QUARTERS), _QUARTERS)
    score = np.round(rng.normal(78.0, 8.0, len(staff)), 2)
    recognised = score >= campaigns.TARGET_SCORE
    before = rng.normal(285.0, 30.0, len(staff))
    after = 285.0 + 0.6 * (before - 285.0) + 1.2 * (score - campaigns.TARGET_SCORE)
    after += RECOGNITION_EFFECT_POINTS * recognised + rng.normal(0.0, 14.0, len(staff))
    values = {
        "staff_id": Coded(staff, ids),
        "assessed_on": days[quarter],
        "score": score,
        "target_score": np.full(len(staff), campaigns.TARGET_SCORE),
        "recognised": recognised,
        "sales_before_points": np.round(before, 1),
        "sales_after_points": np.round(after, 1),
    }
    writer.append("staff_assessments", values)


def _plant(book: TruthBook, months: StaffMonths) -> None:
    added = (
        months.booked[months.gamed].sum()
        - np.maximum(months.would_be - _owed(months), 0.0)[months.gamed].sum()
    )
    name = campaigns.BONUS
    for key, value, unit, meaning in (
        ("gamed_share", float(months.gamed.mean()), "fraction", "staff-months gamed, as drawn"),
        ("gaming_share", GAMING_SHARE, "fraction", "of those short by the window or less"),
        ("window_points", WINDOW_POINTS, "points", "shortfall up to which gaming occurs"),
        ("pulled_share", PULLED_SHARE, "fraction", "of the added points that the next month lacks"),
        ("added_points", float(added), "points", "added by gaming in all, as drawn"),
        ("early_closure_honest", EARLY_CLOSURE[0], "fraction", "contracts closed early otherwise"),
        ("early_closure_gamed", EARLY_CLOSURE[1], "fraction", "contracts closed early if gamed"),
        ("complaint_honest", COMPLAINT[0], "fraction", "contracts complained about otherwise"),
        ("complaint_gamed", COMPLAINT[1], "fraction", "contracts complained about if gamed"),
    ):
        book.plant("staff", key, value, unit=unit, meaning=f"{name}: {meaning}.")
    book.plant(
        "staff",
        "recognition_jump_points",
        RECOGNITION_EFFECT_POINTS,
        unit="points",
        meaning=f"{campaigns.RECOGNITION}: rise of next quarter's sales at the target score.",
    )


def _owed(months: StaffMonths) -> FloatArray:
    """Points that each month lacks because the month before took them."""
    owed = np.zeros_like(months.booked)
    n_months = months.booked.shape[1]
    for month in range(1, n_months):
        left = np.maximum(months.would_be[:, month - 1] - owed[:, month - 1], 0.0)
        owed[:, month] = PULLED_SHARE * (months.booked[:, month - 1] - left)
    return owed
