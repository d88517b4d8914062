"""How much each dimension matters: given, from experts, or from the data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.data.rows import fetch, real
from analysis.data.tables import Bank
from analysis.demand_assessment.indicators import IndicatorRegister
from analysis.demand_assessment.rules import WeighingRules, WeightMode
from analysis.errors import EstimationError, Problem
from analysis.stats.decision_matrix import decision_matrix, entropy_weights
from analysis.stats.expert_weights import MINIMUM_EXPERTS, draw_expert_weights, expert_weights
from analysis.stats.judgements import judgement_matrix
from analysis.stats.weight_draws import draw_weights

Floats = npt.NDArray[np.float64]
FEWEST_PERIODS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class DimensionWeights:
    """The weights in force, what else there was, and draws of those that might be.

    Attributes
    ----------
    mode : {"given", "ahp", "entropy"}
    keys : tuple of str
        Dimensions.
    by_mode : mapping of mode to tuple of float
        Those that could be worked out, fractions in the order of the keys.
    expert_ratios : tuple of float
        Consistency ratio of each expert.
    draws : ndarray, shape (draws, k)
    """

    mode: WeightMode
    keys: tuple[str, ...]
    by_mode: Mapping[WeightMode, tuple[float, ...]]
    expert_ratios: tuple[float, ...]
    draws: Floats

    @property
    def in_force(self) -> dict[str, float]:
        """Weight of each dimension."""
        return dict(zip(self.keys, self.by_mode[self.mode], strict=True))


def weigh_dimensions(
    bank: Bank,
    register: IndicatorRegister,
    attained_before: Sequence[Mapping[str, float]],
    *,
    rules: WeighingRules,
    rng: np.random.Generator,
    draws: int,
) -> DimensionWeights:
    """Weigh the dimensions as the run file asks, and by the other ways for comparison.

    Parameters
    ----------
    bank : Bank
        Uses ``dimension_judgements``.
    register : IndicatorRegister
    attained_before : sequence of mapping of str to float
        What each dimension attained in each earlier period, for entropy weights.
    rules : WeighingRules
    rng : numpy.random.Generator
    draws : int

    Raises
    ------
    EstimationError
        If the weights asked for cannot be had, or the experts contradict themselves beyond
        the accepted ratio and no reason overrides.
    """
    keys = tuple(dimension.key for dimension in register.dimensions)
    by_mode: dict[WeightMode, tuple[float, ...]] = {
        "given": tuple(dimension.weight for dimension in register.dimensions)
    }
    judged = _judgements(bank, keys)
    ratios: tuple[float, ...] = ()
    if len(judged) >= MINIMUM_EXPERTS:
        found = expert_weights(
            judged,
            criteria=keys,
            accepted_ratio=rules.accepted_ratio,
            accept_inconsistent=bool(rules.override_reason) or rules.mode != "ahp",
        )
        by_mode["ahp"] = tuple(found.combined.weights)
        ratios = found.expert_ratios
    entropy = _entropy(attained_before, keys)
    if entropy is not None:
        by_mode["entropy"] = entropy
    if rules.mode not in by_mode:
        raise EstimationError(_no_weights(rules.mode, len(judged), len(attained_before)))
    drawn = (
        draw_expert_weights(judged, criteria=keys, rng=rng, draws=draws)
        if rules.mode == "ahp"
        else draw_weights(
            keys,
            rng=rng,
            draws=draws,
            around=by_mode[rules.mode],
            concentration=rules.concentration,
        )
    )
    return DimensionWeights(
        mode=rules.mode, keys=keys, by_mode=by_mode, expert_ratios=ratios, draws=drawn
    )


def _judgements(bank: Bank, keys: tuple[str, ...]) -> list[Floats]:
    """Read one matrix per expert."""
    if not bank.has("dimension_judgements"):
        return []
    by_expert: dict[str, dict[tuple[str, str], float]] = {}
    for row in fetch(bank, "dimension_judgements").itertuples():
        pair = str(row.dimension_id), str(row.other_dimension_id)
        by_expert.setdefault(str(row.expert_id), {})[pair] = real(row.ratio)
    return [judgement_matrix(pairs, keys) for _, pairs in sorted(by_expert.items())]


def _entropy(
    attained: Sequence[Mapping[str, float]], keys: tuple[str, ...]
) -> tuple[float, ...] | None:
    """Weigh by how much the dimensions varied over the periods; None where too few are known."""
    known = [period for period in attained if all(key in period for key in keys)]
    if len(known) < FEWEST_PERIODS:
        return None
    try:
        matrix = decision_matrix(
            [[period[key] for key in keys] for period in known],
            alternatives=[str(i) for i in range(len(known))],
            criteria=keys,
            higher_is_better=[True] * len(keys),
        )
        return entropy_weights(matrix)
    except EstimationError:
        return None


def _no_weights(mode: WeightMode, experts: int, periods: int) -> Problem:
    needed = {
        "ahp": f"judgements of at least {MINIMUM_EXPERTS} experts in dimension_judgements",
        "entropy": f"at least {FEWEST_PERIODS} earlier periods in which every dimension was "
        "assessed and varied",
    }
    found = f"{experts} experts" if mode == "ahp" else f"{periods} periods"
    return Problem(
        what=f"there are no weights of the kind {mode!r}",
        found=found,
        needed=needed.get(mode, ""),
        next_step="Set weights in the run file to another way.",
    )
