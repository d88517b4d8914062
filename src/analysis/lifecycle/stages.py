"""Where do customers stand, and who moved since the last period?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import ibis
import ibis.expr.types as ir

from analysis.data.tables import Bank, collect
from analysis.definitions import ACTIVE_STAGES, Stage, StageRules, months_before
from analysis.errors import DataError, Problem
from analysis.lifecycle.activity import relationships
from analysis.methods import Method
from analysis.results import Estimate
from analysis.stats.proportions import PairedCounts, share, share_change
from analysis.text import message

_UNKNOWN = "unknown"
_MAX_CELLS = 64

METHOD = Method(
    name=message("Customer stages by stated rules, with score intervals for their shares"),
    citation="Wilson, E. B. (1927). Probable inference, the law of succession, and statistical "
    "inference. JASA 22, 209-212. Newcombe, R. G. (1998). Improved confidence intervals for the "
    "difference between binomial proportions based on paired data. Statistics in Medicine 17, "
    "2635-2650.",
    assumptions=(
        message(
            "All customers of the scope are counted; the interval says how far the share would "
            "vary among customers like these, not how many were left out."
        ),
        message("Customers behave independently of each other."),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerStages:
    """How many customers are in each stage now and before, and how they moved.

    Attributes
    ----------
    as_of, previous_as_of : date
    now, before : mapping of Stage to int
        Customers known to the bank at each date.
    moves : mapping of (Stage or None, Stage) to int
        From the stage before (None: not yet known) to the stage now.
    active_share : Estimate
        Active customers among those with a relationship, a fraction.
    active_share_change : Estimate or None
        Since the previous date, paired on the customers seen at both; None where
        nobody had a relationship then.
    rules : StageRules
    """

    as_of: dt.date
    previous_as_of: dt.date
    now: Mapping[Stage, int]
    before: Mapping[Stage, int]
    moves: Mapping[tuple[Stage | None, Stage], int]
    active_share: Estimate
    active_share_change: Estimate | None
    rules: StageRules

    @property
    def n_known(self) -> int:
        """Customers known to the bank now, potential ones included."""
        return sum(self.now.values())

    @property
    def n_related(self) -> int:
        """Customers who have, or have had, a relationship."""
        return self.n_known - self.now[Stage.POTENTIAL]

    @property
    def n_active(self) -> int:
        """Customers in an active stage now."""
        return sum(self.now[stage] for stage in ACTIVE_STAGES)

    @property
    def n_came(self) -> int:
        """Customers whose relationship began since the previous date, still active."""
        return sum(
            n
            for (old, new), n in self.moves.items()
            if old in {None, Stage.POTENTIAL} and new in ACTIVE_STAGES
        )

    @property
    def n_left(self) -> int:
        """Customers who became lost since the previous date."""
        return sum(
            n for (old, new), n in self.moves.items() if new is Stage.LOST and old is not Stage.LOST
        )

    @property
    def n_fell_dormant(self) -> int:
        """Customers who were active before and are dormant now."""
        return sum(
            n
            for (old, new), n in self.moves.items()
            if old in ACTIVE_STAGES and new is Stage.DORMANT
        )

    @property
    def n_returned(self) -> int:
        """Customers who were dormant or lost before and are active now."""
        return sum(
            n
            for (old, new), n in self.moves.items()
            if old in {Stage.DORMANT, Stage.LOST} and new in ACTIVE_STAGES
        )


def customer_stages(
    bank: Bank,
    *,
    as_of: dt.date,
    previous_as_of: dt.date,
    rules: StageRules,
    confidence: float,
) -> CustomerStages:
    """Count customers by stage at two dates, and the moves between them.

    Parameters
    ----------
    bank : Bank
        Needs ``transactions``; uses ``customers`` where the source has it.
    as_of, previous_as_of : date
    rules : StageRules
    confidence : float
        Coverage of the intervals.

    Returns
    -------
    CustomerStages

    Raises
    ------
    DataError
        If nobody had a relationship by `as_of`.

    Source
    ------
    Stages: `analysis.definitions.StageRules`. Intervals: Wilson (1927) for the
    share, Newcombe (1998, method 10) for its change on paired customers.
    """
    people = relationships(bank, as_of=as_of, previous_as_of=previous_as_of)
    staged = people.select(
        before=stage_expression(people, "last_active_before", previous_as_of, rules),
        now=stage_expression(people, "last_active_now", as_of, rules),
    )
    counted = collect(
        staged.group_by(["before", "now"]).aggregate(customers=staged.count()),
        max_rows=_MAX_CELLS,
    )
    moves = {
        (None if before == _UNKNOWN else Stage(before), Stage(now)): int(n)
        for before, now, n in zip(counted.before, counted.now, counted.customers, strict=True)
    }
    return summarise_moves(moves, as_of, previous_as_of, rules, confidence)


def stage_expression(people: ir.Table, last_active: str, day: dt.date, rules: StageRules) -> Any:
    """State `definitions.stage_of` as an expression of the engine."""
    at = ibis.literal(day)
    last = ibis.coalesce(ibis.greatest(people[last_active], people.started_on), people.started_on)
    return ibis.cases(
        (people.known_on > at, _UNKNOWN),
        (people.started_on.isnull() | (people.started_on > at), Stage.POTENTIAL.value),
        (people.closed_on.notnull() & (people.closed_on <= at), Stage.LOST.value),
        (last <= ibis.literal(months_before(day, rules.lost_after_months)), Stage.LOST.value),
        (last <= ibis.literal(months_before(day, rules.dormant_after_months)), Stage.DORMANT.value),
        (
            people.started_on > ibis.literal(months_before(day, rules.new_within_months)),
            Stage.NEW.value,
        ),
        else_=Stage.STABLE.value,
    )


def summarise_moves(
    moves: dict[tuple[Stage | None, Stage], int],
    as_of: dt.date,
    previous_as_of: dt.date,
    rules: StageRules,
    confidence: float,
) -> CustomerStages:
    """Summarise counted moves between two dates.

    Parameters
    ----------
    moves : dict of (Stage or None, Stage) to int
        Customers by stage before (None: not yet known) and now.
    as_of, previous_as_of : date
    rules : StageRules
    confidence : float

    Returns
    -------
    CustomerStages

    Raises
    ------
    DataError
        If nobody had a relationship by `as_of`.
    """
    now = {stage: sum(n for (_, new), n in moves.items() if new is stage) for stage in Stage}
    before = {stage: sum(n for (old, _), n in moves.items() if old is stage) for stage in Stage}
    related = sum(now.values()) - now[Stage.POTENTIAL]
    if related == 0:
        raise DataError(
            Problem(
                what="no customer has a relationship with the bank",
                found=f"none by {as_of:%Y-%m-%d}",
                needed="at least one transaction or opened_on up to the as-of date",
                next_step="Check as_of and the scope.",
            )
        )
    active = sum(now[stage] for stage in ACTIVE_STAGES)
    return CustomerStages(
        as_of=as_of,
        previous_as_of=previous_as_of,
        now=MappingProxyType(now),
        before=MappingProxyType(before),
        moves=MappingProxyType(moves),
        active_share=share(active, related, confidence=confidence),
        active_share_change=_active_share_change(moves, before, confidence),
        rules=rules,
    )


def _active_share_change(
    moves: Mapping[tuple[Stage | None, Stage], int],
    before: Mapping[Stage, int],
    confidence: float,
) -> Estimate | None:
    """Compare the active share at the two dates; most customers are in both."""
    if sum(before.values()) == before[Stage.POTENTIAL]:
        return None

    def total(old: set[bool], new: set[bool]) -> int:
        return sum(
            n
            for (was, now), n in moves.items()
            if was not in {None, Stage.POTENTIAL}
            and (was in ACTIVE_STAGES) in old
            and (now in ACTIVE_STAGES) in new
        )

    joined = [
        (now, n)
        for (was, now), n in moves.items()
        if was in {None, Stage.POTENTIAL} and now is not Stage.POTENTIAL
    ]
    return share_change(
        PairedCounts(
            both=total({True}, {True}),
            only_earlier=total({True}, {False}),
            only_later=total({False}, {True}),
            neither=total({False}, {False}),
            joined_successes=sum(n for now, n in joined if now in ACTIVE_STAGES),
            joined_n=sum(n for _, n in joined),
        ),
        confidence=confidence,
    )
