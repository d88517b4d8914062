"""From the register, the measures and the other reports to the index of the period."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.answers import NotAssessed
from analysis.data.tables import Bank
from analysis.demand_assessment.actions import ActionRegister
from analysis.demand_assessment.compliance import Compliance
from analysis.demand_assessment.effect import Effect
from analysis.demand_assessment.history import PastPeriod, read_history
from analysis.demand_assessment.index import Index, build_index, changes_since
from analysis.demand_assessment.indicators import load_register
from analysis.demand_assessment.measured import Measured
from analysis.demand_assessment.movement import Movement, movements
from analysis.demand_assessment.pipeline import Pipeline
from analysis.demand_assessment.report import AssessmentParameters
from analysis.demand_assessment.stated_values import load_stated
from analysis.demand_assessment.values import Read, Sources, gather, own_measures
from analysis.demand_assessment.weights import weigh_dimensions
from analysis.params.policy import DisclosurePolicy
from analysis.publish.results import Archive
from analysis.stats.index_change import PartChange


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """The index of the period, beside those before.

    Attributes
    ----------
    index : Index or NotAssessed
    history : tuple of PastPeriod
        The latest first.
    movements : mapping of str to Movement
        Of the indicators since the last period.
    changes : tuple of PartChange
        Of the index since the last period, in points.
    """

    index: Index | NotAssessed
    history: tuple[PastPeriod, ...]
    movements: Mapping[str, Movement]
    changes: tuple[PartChange, ...]

    @property
    def before(self) -> PastPeriod | None:
        """The last period."""
        return self.history[0] if self.history else None


def all_measures(
    pipeline: Pipeline | NotAssessed,
    effect: Effect | NotAssessed,
    compliance: Compliance | NotAssessed,
    actions: ActionRegister | NotAssessed,
) -> tuple[Measured | None, ...]:
    """Collect what indicators may name of this report itself."""
    found: list[Measured | None] = []
    if not isinstance(pipeline, NotAssessed):
        found += pipeline.measures
    if not isinstance(effect, NotAssessed):
        found += effect.measures
    if not isinstance(compliance, NotAssessed):
        found.append(compliance.in_time)
    if not isinstance(actions, NotAssessed):
        found.append(actions.closed_in_time)
    return tuple(found)


def assess(
    bank: Bank,
    measures: Iterable[Measured | None],
    parameters: AssessmentParameters,
    *,
    read: Read,
    earlier: Sequence[Archive],
    policy: DisclosurePolicy,
) -> Assessment:
    """Put the index of the period together.

    Parameters
    ----------
    bank : Bank
    measures : iterable of Measured or None
        This report's own.
    parameters : AssessmentParameters
    read : callable
        Gives what another report of the same run published.
    earlier : sequence of Archive
        The runs that this one follows, the latest first.
    policy : DisclosurePolicy

    Returns
    -------
    Assessment

    Raises
    ------
    DataError
        If the register is not sound, or a period of the stated values is out of order.
    EstimationError
        If the weights asked for cannot be had.
    """
    p = parameters
    stated = load_stated(bank, as_of=p.as_of, confidence=p.confidence)
    history = read_history(earlier, stated, confidence=p.confidence)
    register = load_register(bank, as_of=p.as_of)
    if isinstance(register, NotAssessed):
        return Assessment(index=register, history=history, movements={}, changes=())
    rng = np.random.default_rng(p.seed)
    weights = weigh_dimensions(
        bank,
        register,
        [past.dimensions() for past in history],
        rules=p.weighing_rules,
        rng=rng,
        draws=p.draws,
    )
    sources = Sources(
        read=read,
        own=own_measures(measures),
        stated=stated,
        policy=policy,
        previous_as_of=p.previous_as_of,
        as_of=p.as_of,
        confidence=p.confidence,
    )
    index = build_index(
        register,
        gather(register, weights.in_force, sources),
        weights,
        rules=p.grade_rules,
        confidence=p.confidence,
        rng=rng,
    )
    before = history[0] if history else None
    return Assessment(
        index=index,
        history=history,
        movements=movements(index.states, before, confidence=p.confidence),
        changes=changes_since(index, before) if before else (),
    )
