"""The arms of an incentive for customers, reduced in the engine to counts, sums and products."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import ibis
import ibis.expr.types as ir

from analysis.data.tables import Bank, collect
from analysis.stats.randomised import ArmMoments, PairedMoments

_EXACT = "decimal(18, 4)"
"""Sums and products of such numbers are exact, in whatever order the engine adds them."""
_MAX_CELLS = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmCounts:
    """Customers of an arm: assigned, reached, taken up, and without the main outcome."""

    assigned: int
    exposed: int
    taken_up: int
    without_outcome: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """An outcome of an arm, with what it is set beside.

    Attributes
    ----------
    with_take_up : PairedMoments
        Outcome, and 1 for those who took the offer up.
    with_prior : PairedMoments or None
        Outcome, and the same before the assignment, where it was measured.
    """

    with_take_up: PairedMoments
    with_prior: PairedMoments | None


def measured_rows(bank: Bank, campaign_id: str, *, until: dt.date) -> ir.Table:
    """Give one row per customer and outcome after the assignment, seen by `until`.

    Returns
    -------
    ibis table
        ``customer_id, arm, assigned_on, taken, outcome, after, measured_on, before``;
        ``before`` is missing where the outcome was not measured before.
    """
    offers, outcomes = bank.table("offers"), bank.table("offer_outcomes")
    own = offers.filter(offers.campaign_id == campaign_id)
    seen = outcomes.filter(
        (outcomes.campaign_id == campaign_id) & (outcomes.measured_on <= ibis.literal(until))
    )
    after = seen.filter(seen.phase == "after").select(
        "customer_id", "outcome", "measured_on", after=seen.value.cast(_EXACT)
    )
    before = seen.filter(seen.phase == "before").select(
        "customer_id",
        "outcome",
        before=seen.value.cast(_EXACT),
        before_on=seen.measured_on,
    )
    taken: Any = own.taken_up if "taken_up" in own.columns else own.arm == "offer"
    people = own.select(
        "customer_id", "arm", "assigned_on", taken=ibis.coalesce(taken, ibis.literal(False))
    )
    joined = people.join(after, "customer_id")
    return joined.left_join(before, ["customer_id", "outcome"]).select(
        "customer_id",
        "arm",
        "assigned_on",
        "taken",
        "outcome",
        "after",
        "measured_on",
        "before",
        "before_on",
    )


def measure_arms(bank: Bank, campaign_id: str, *, until: dt.date) -> dict[str, dict[str, Measured]]:
    """Reduce every outcome of every arm.

    Returns
    -------
    dict of str to dict of str to Measured
        By outcome, then by arm; arms with fewer than two customers are left out.
    """
    rows = measured_rows(bank, campaign_id, until=until)
    taken = rows.taken.cast("int64")
    known = rows.before.notnull()
    y, x = rows.after, rows.before
    counted = collect(
        rows.group_by(["outcome", "arm"])
        .aggregate(
            n=rows.count(),
            y=y.sum(),
            yy=(y * y).sum(),
            t=taken.sum(),
            ty=ibis.ifelse(rows.taken, y, ibis.literal(0).cast(_EXACT)).sum(),
            m=known.sum(),
            z=y.sum(where=known),
            zz=(y * y).sum(where=known),
            x=x.sum(),
            xx=(x * x).sum(),
            xy=(x * y).sum(),
        )
        .order_by(["outcome", "arm"]),
        max_rows=_MAX_CELLS,
    )
    found: dict[str, dict[str, Measured]] = {}
    for row in counted.fillna(0).to_dict("records"):
        n, m = int(row["n"]), int(row["m"])
        if n < 2:
            continue
        found.setdefault(str(row["outcome"]), {})[str(row["arm"])] = Measured(
            with_take_up=_pair(n, row["y"], row["yy"], row["t"], row["t"], row["ty"]),
            with_prior=_pair(m, row["z"], row["zz"], row["x"], row["xx"], row["xy"])
            if m == n
            else None,
        )
    return found


def _pair(n: int, y: float, yy: float, x: float, xx: float, xy: float) -> PairedMoments:
    y, yy, x, xx, xy = (float(number) for number in (y, yy, x, xx, xy))
    return PairedMoments(
        n=n,
        mean=y / n,
        variance=max((yy - y * y / n) / (n - 1), 0.0),
        other_mean=x / n,
        other_variance=max((xx - x * x / n) / (n - 1), 0.0),
        covariance=(xy - x * y / n) / (n - 1),
    )


def count_arms(
    bank: Bank, campaign_id: str, outcome: str, *, until: dt.date
) -> dict[str, ArmCounts]:
    """Count the customers of every arm."""
    offers = bank.table("offers")
    own = offers.filter(offers.campaign_id == campaign_id)
    rows = measured_rows(bank, campaign_id, until=until)
    with_outcome = rows.filter(rows.outcome == outcome).select("customer_id", seen=True)
    people = own.left_join(with_outcome, "customer_id")

    def number(name: str) -> ir.IntegerScalar:
        flag = people[name] if name in own.columns else ibis.literal(False)
        total: ir.IntegerScalar = ibis.coalesce(flag, ibis.literal(False)).cast("int64").sum()
        return total

    counted = collect(
        people.group_by("arm")
        .aggregate(
            n=people.count(),
            exposed=number("exposed"),
            taken=number("taken_up"),
            seen=people.seen.notnull().sum(),
        )
        .order_by("arm"),
        max_rows=_MAX_CELLS,
    )
    return {
        str(row["arm"]): ArmCounts(
            assigned=int(row["n"]),
            exposed=int(row["exposed"]),
            taken_up=int(row["taken"]),
            without_outcome=int(row["n"]) - int(row["seen"]),
        )
        for row in counted.to_dict("records")
    }


def traits(bank: Bank, campaign_id: str, *, as_of: dt.date) -> dict[str, dict[str, ArmMoments]]:
    """Reduce what was known before the assignment, by arm.

    Returns
    -------
    dict of str to dict of str to ArmMoments
        By arm, then by trait: ``age``, and a share per level (``segment:family``).
    """
    if not bank.has("customers"):
        return {}
    offers, customers = bank.table("offers"), bank.table("customers")
    own = offers.filter(offers.campaign_id == campaign_id).select("customer_id", "arm")
    people = own.join(customers, "customer_id")
    found: dict[str, dict[str, ArmMoments]] = {}
    if "birth_year" in customers.columns:
        age = (ibis.literal(as_of.year) - people.birth_year).cast("int64")
        summed = people.group_by("arm").aggregate(
            n=age.count(), total=age.sum(), squares=(age * age).sum()
        )
        for row in collect(summed.order_by("arm"), max_rows=_MAX_CELLS).to_dict("records"):
            pair = _pair(int(row["n"]), row["total"], row["squares"], 0.0, 0.0, 0.0)
            found.setdefault(str(row["arm"]), {})["age"] = ArmMoments(
                n=pair.n, mean=pair.mean, variance=pair.variance
            )
    for column in ("segment", "value_tier", "wealth", "region"):
        if column in customers.columns:
            for arm, levels in _levels(people, column).items():
                found.setdefault(arm, {}).update(levels)
    return found


def _levels(people: ir.Table, column: str) -> dict[str, dict[str, ArmMoments]]:
    level = ibis.coalesce(people[column], ibis.literal("unknown"))
    grouped = people.group_by(people.arm, level=level).aggregate(n=people.count())
    rows = collect(grouped.order_by(["arm", "level"]), max_rows=_MAX_CELLS)
    totals = rows.groupby("arm").n.sum()
    names = sorted(set(rows.level))
    counts = {(r["arm"], r["level"]): int(r["n"]) for r in rows.to_dict("records")}
    found: dict[str, dict[str, ArmMoments]] = {}
    for arm, total in totals.items():
        n = int(total)
        if n < 2:
            continue
        for name in names:
            share = counts.get((arm, name), 0) / n
            found.setdefault(str(arm), {})[f"{column}:{name}"] = ArmMoments(
                n=n, mean=share, variance=share * (1 - share) * n / (n - 1)
            )
    return found
