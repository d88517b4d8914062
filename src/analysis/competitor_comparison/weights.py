"""How much each criterion matters: given, from experts, or from the data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.competitor_comparison.register import Criterion
from analysis.competitor_comparison.rules import WeighingRules, WeightMode
from analysis.data.rows import fetch, real
from analysis.data.tables import Bank
from analysis.errors import EstimationError, Problem
from analysis.results import Estimate
from analysis.stats.decision_matrix import DecisionMatrix, entropy_weights
from analysis.stats.expert_weights import (
    MINIMUM_EXPERTS,
    draw_expert_weights,
    expert_weights,
)
from analysis.stats.judgements import judgement_matrix
from analysis.stats.pairwise_comparison import PairwiseWeights, pairwise_weights
from analysis.stats.weight_draws import draw_weights

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpertPanel:
    """What the experts said, each by himself and together.

    Attributes
    ----------
    experts : mapping of str to PairwiseWeights
        Weights and consistency of each expert, the judgement to revisit included.
    used : tuple of str
        Experts whose judgements were put together: the consistent ones, or all of them
        where a reason overrides.
    weights : tuple of Estimate
        Of those together, fractions in the order of the criteria; empty where there are
        fewer than three.
    overridden : bool
        Whether inconsistent experts are used for the stated reason.
    """

    experts: Mapping[str, PairwiseWeights]
    used: tuple[str, ...]
    weights: tuple[Estimate, ...]
    overridden: bool

    @property
    def inconsistent(self) -> tuple[str, ...]:
        """Experts beyond the accepted ratio."""
        return tuple(name for name, found in self.experts.items() if not found.accepted)


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighing:
    """The weights in force, what else there was, and draws of the weights that might be.

    Attributes
    ----------
    mode : {"given", "ahp", "entropy"}
    criteria : tuple of Criterion
    weights : tuple of float
    given : tuple of float or None
        Shares of the given weights on the criteria that are compared.
    entropy : tuple of float or None
    panel : ExpertPanel or None
    draws : ndarray, shape (draws, n)
    """

    mode: WeightMode
    criteria: tuple[Criterion, ...]
    weights: tuple[float, ...]
    given: tuple[float, ...] | None
    entropy: tuple[float, ...] | None
    panel: ExpertPanel | None
    draws: Floats


def weigh(
    bank: Bank,
    matrix: DecisionMatrix,
    criteria: Sequence[Criterion],
    *,
    rules: WeighingRules,
    confidence: float,
    rng: np.random.Generator,
    draws: int,
) -> Weighing:
    """Weigh the criteria as the run file asks, and by the other ways for comparison.

    Raises
    ------
    EstimationError
        If the weights asked for are not there, or an expert's judgements contradict each
        other beyond the accepted ratio and no reason overrides.
    """
    given = _given(criteria)
    entropy = entropy_weights(matrix) if (matrix.values >= 0).all() else None
    judged = _judgements(bank, criteria)
    panel = None
    if judged and (rules.mode == "ahp" or len(judged) >= MINIMUM_EXPERTS):
        panel = _ask_panel(judged, matrix.criteria, rules=rules, confidence=confidence)
    found = {
        "given": given,
        "entropy": entropy,
        "ahp": tuple(w.value for w in panel.weights) if panel else None,
    }[rules.mode]
    if not found:
        raise EstimationError(_no_weights(rules.mode))
    if rules.mode == "ahp" and panel is not None:
        drawn = draw_expert_weights(
            [judged[name] for name in panel.used], criteria=matrix.criteria, rng=rng, draws=draws
        )
    else:
        drawn = draw_weights(
            matrix.criteria, rng=rng, draws=draws, around=found, concentration=rules.concentration
        )
    return Weighing(
        mode=rules.mode,
        criteria=tuple(criteria),
        weights=found,
        given=given,
        entropy=entropy,
        panel=panel,
        draws=drawn,
    )


def _given(criteria: Sequence[Criterion]) -> tuple[float, ...] | None:
    weights = [criterion.given_weight for criterion in criteria]
    total = sum(w for w in weights if w is not None)
    if any(w is None for w in weights) or total <= 0:
        return None
    return tuple(w / total for w in weights if w is not None)


def _judgements(bank: Bank, criteria: Sequence[Criterion]) -> dict[str, Floats]:
    """Read one matrix per expert, on the criteria that are compared."""
    if not bank.has("expert_judgements"):
        return {}
    keys = [criterion.key for criterion in criteria]
    by_expert: dict[str, dict[tuple[str, str], float]] = {}
    for row in fetch(bank, "expert_judgements").itertuples():
        first, second = str(row.criterion_id), str(row.other_criterion_id)
        if first in keys and second in keys:
            by_expert.setdefault(str(row.expert_id), {})[first, second] = real(row.ratio)
    return {expert: judgement_matrix(pairs, keys) for expert, pairs in sorted(by_expert.items())}


def _ask_panel(
    judged: Mapping[str, Floats],
    criteria: Sequence[str],
    *,
    rules: WeighingRules,
    confidence: float,
) -> ExpertPanel:
    experts = {
        name: pairwise_weights(
            matrix,
            criteria=criteria,
            accepted_ratio=rules.accepted_ratio,
            accept_inconsistent=True,
        )
        for name, matrix in judged.items()
    }
    inconsistent = [name for name, found in experts.items() if not found.accepted]
    overridden = bool(inconsistent and rules.override_reason)
    if rules.mode == "ahp" and inconsistent and not overridden:
        raise EstimationError(_contradiction(name, experts[name]) for name in inconsistent)
    used = tuple(name for name in experts if overridden or name not in inconsistent)
    enough = len(used) >= MINIMUM_EXPERTS
    return ExpertPanel(
        experts=experts,
        used=used,
        weights=expert_weights(
            [judged[name] for name in used],
            criteria=criteria,
            confidence=confidence,
            accepted_ratio=rules.accepted_ratio,
            accept_inconsistent=overridden,
        ).weights
        if enough
        else (),
        overridden=overridden,
    )


def _contradiction(expert: str, found: PairwiseWeights) -> Problem:
    first = found.revise_first
    advice = (
        ""
        if first is None
        else f"Ask expert {expert} again about {first.first} over {first.second} "
        f"({first.stated:.2g} stated, {first.suggested:.2g} would fit best). "
    )
    return Problem(
        what=f"the judgements of expert {expert} contradict each other",
        found=f"a consistency ratio of {found.consistency_ratio:.3f}",
        needed=f"at most {found.accepted_ratio:g}",
        next_step=f"{advice}Or state an override_reason in the run file, which the page prints.",
        where="expert_judgements",
    )


def _no_weights(mode: WeightMode) -> Problem:
    needed = {
        "given": "a given_weight for every criterion that is compared",
        "ahp": f"judgements of at least {MINIMUM_EXPERTS} experts on every pair of criteria",
        "entropy": "figures that are not negative",
    }
    return Problem(
        what=f"there are no weights of the kind {mode!r}",
        needed=needed[mode],
        next_step="Complete the table, or set weights in the run file to another way.",
    )
