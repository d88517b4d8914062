"""Where do the customers of each segment and each tier stand, and who moved there?"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from analysis.answers import NotAssessed
from analysis.data.tables import Bank, collect
from analysis.definitions import ACTIVE_STAGES, Stage, StageRules
from analysis.lifecycle.activity import relationships
from analysis.lifecycle.groups import GROUPING_NAMES, UNKNOWN, Grouping, order_groups
from analysis.lifecycle.stages import CustomerStages, stage_expression, summarise_moves
from analysis.methods import Method
from analysis.results import Estimate
from analysis.stats.proportions import share
from analysis.text import Message, message

_MAX_CELLS = 10_000
_FEWEST_CUSTOMERS = 2
_NOT_KNOWN = "unknown"

METHOD = Method(
    name=message("Stages by group, with score intervals that hold for all groups together"),
    citation="Wilson, E. B. (1927). Probable inference, the law of succession, and statistical "
    "inference. JASA 22, 209-212. Newcombe, R. G. (1998). Improved confidence intervals for the "
    "difference between binomial proportions based on paired data. Statistics in Medicine 17, "
    "2635-2650. Dunn, O. J. (1961). Multiple comparisons among means. JASA 56, 52-64.",
    assumptions=(
        message(
            "The group of a customer is the one recorded now; who changed group is counted in "
            "the new one at both dates."
        ),
        message("Customers behave independently of each other."),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupStages:
    """One group's stages, at both dates.

    Attributes
    ----------
    group : str
    stages : CustomerStages
    shares : tuple of (Stage, Estimate)
        Of the customers with a relationship, those in each stage but potential.
    """

    group: str
    stages: CustomerStages
    shares: tuple[tuple[Stage, Estimate], ...]

    def share(self, stage: Stage) -> Estimate:
        """Give the share in one stage."""
        return dict(self.shares)[stage]


@dataclass(frozen=True, slots=True, kw_only=True)
class StagesByGroup:
    """The stages of every group of one grouping.

    Attributes
    ----------
    grouping : {"segment", "value_tier", "acquisition_channel"}
    groups : tuple of GroupStages
        In the order in which readers know them.
    n_left_out : int
        Customers with a relationship in groups too small to be compared.
    confidence : float
        Coverage of all the intervals of the grouping together (Dunn, 1961: each
        of the k groups' intervals covers ``1 - (1 - confidence) / k``).
    """

    grouping: Grouping
    groups: tuple[GroupStages, ...]
    n_left_out: int
    confidence: float

    @property
    def as_of(self) -> dt.date:
        """The date looked at."""
        return self.groups[0].stages.as_of

    @property
    def previous_as_of(self) -> dt.date:
        """The date compared with."""
        return self.groups[0].stages.previous_as_of


def stages_by_group(
    bank: Bank,
    *,
    grouping: Grouping,
    as_of: dt.date,
    previous_as_of: dt.date,
    rules: StageRules,
    confidence: float,
) -> StagesByGroup | NotAssessed:
    """Count each group's customers by stage at two dates, and the moves between them.

    Parameters
    ----------
    bank : Bank
        Needs ``transactions``, and ``customers`` with the column of the grouping.
    grouping : {"segment", "value_tier", "acquisition_channel"}
    as_of, previous_as_of : date
    rules : StageRules
    confidence : float
        Coverage of the intervals of all groups together.

    Returns
    -------
    StagesByGroup or NotAssessed
        Not assessed where customers are not grouped, or are all in one group.

    Source
    ------
    As `customer_stages`; Bonferroni's inequality over the groups (Dunn, 1961).
    """
    if not bank.has("customers", grouping):
        return _not_assessed(grouping, message("The source does not state it."))
    moves = _count_moves(bank, grouping, as_of, previous_as_of, rules)
    related = {
        group: sum(n for (_, new), n in found.items() if new is not Stage.POTENTIAL)
        for group, found in moves.items()
    }
    kept = {group for group, n in related.items() if n >= _FEWEST_CUSTOMERS}
    if len(kept - {UNKNOWN}) < 2:
        return _not_assessed(
            grouping, message("Fewer than two groups have customers to be compared.")
        )
    each = 1 - (1 - confidence) / len(kept)
    return StagesByGroup(
        grouping=grouping,
        groups=tuple(
            _group_stages(
                group, summarise_moves(moves[group], as_of, previous_as_of, rules, each), each
            )
            for group in order_groups(grouping, kept)
        ),
        n_left_out=sum(n for group, n in related.items() if group not in kept),
        confidence=confidence,
    )


def _count_moves(
    bank: Bank, grouping: Grouping, as_of: dt.date, previous_as_of: dt.date, rules: StageRules
) -> dict[str, dict[tuple[Stage | None, Stage], int]]:
    """Count customers by group, stage before and stage now, in the engine."""
    people = relationships(bank, as_of=as_of, previous_as_of=previous_as_of)
    customers = bank.table("customers")
    labels = customers.select("customer_id", group=customers[grouping].fill_null(UNKNOWN))
    staged = people.join(labels, "customer_id").select(
        "group",
        before=stage_expression(people, "last_active_before", previous_as_of, rules),
        now=stage_expression(people, "last_active_now", as_of, rules),
    )
    counted = collect(
        staged.group_by(["group", "before", "now"]).aggregate(customers=staged.count()),
        max_rows=_MAX_CELLS,
    )
    moves: dict[str, dict[tuple[Stage | None, Stage], int]] = defaultdict(dict)
    for group, before, now, n in counted.itertuples(index=False):
        origin = None if before == _NOT_KNOWN else Stage(before)
        moves[str(group)][origin, Stage(now)] = int(n)
    return dict(moves)


def _group_stages(group: str, stages: CustomerStages, confidence: float) -> GroupStages:
    n = stages.n_related
    shown = (*ACTIVE_STAGES, Stage.DORMANT, Stage.LOST)
    return GroupStages(
        group=group,
        stages=stages,
        shares=tuple(
            (stage, share(stages.now[stage], n, confidence=confidence)) for stage in shown
        ),
    )


def _not_assessed(grouping: Grouping, reason: Message) -> NotAssessed:
    return NotAssessed(
        name=f"stages_by_{grouping}",
        question=message("Where do customers stand, by group?"),
        reason=message("{grouping}: {reason}", grouping=GROUPING_NAMES[grouping], reason=reason),
    )
