"""Do the incentives for staff move effort, and are they gamed at the threshold?"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.answers import NotAssessed
from analysis.data.tables import Bank
from analysis.errors import EstimationError, Problem
from analysis.incentive_effectiveness.evidence import Evidence, EvidenceRegister
from analysis.incentive_effectiveness.refusals import refusal
from analysis.incentive_effectiveness.thresholds import ThresholdStudy, target_rows
from analysis.methods import Method
from analysis.stats import bunching as bunched
from analysis.stats import density_test, persons, pull_forward, regression_discontinuity
from analysis.stats.bunching import Bunching, TargetWindow
from analysis.stats.effects import Effect, effect_from_error
from analysis.stats.pull_forward import PullForward
from analysis.text import message

QUESTION = message("Do the incentives for staff move effort, and are they gamed?")
WINDOW = TargetWindow(target=1.0, bin_width=0.02, below=0.14, above=0.06, reach=0.5, degree=4)
"""Around the target, in shares of it: where months move from, and where they end up."""
FEWEST_STAFF = 20
"""Their months and contracts are many; the persons behind them must be, too."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TargetStudy:
    """What happens at a sales target that pays.

    Attributes
    ----------
    evidence : Evidence
    bunching : Bunching
        Of staff-months.
    pulled : PullForward or None
        In shares of the target; None where nothing was gained.
    early_closures, complaints : Effect or None
        Share of contracts, months just above the target minus all others.
    staff, months : int
        Members of staff, and their months.
    """

    evidence: Evidence
    bunching: Bunching
    pulled: PullForward | None
    early_closures: Effect | None
    complaints: Effect | None
    staff: int
    months: int

    @property
    def gamed(self) -> bool:
        """Whether months bunch at the target beyond chance."""
        return self.bunching.excess.low > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffIncentives:
    """Targets that pay, awards from a score on, and what cannot be judged.

    Attributes
    ----------
    targets : tuple of TargetStudy
    jumps : tuple of Evidence
        Whose study is a `ThresholdStudy` with a jump.
    unjudged : tuple of Evidence
    """

    targets: tuple[TargetStudy, ...]
    jumps: tuple[Evidence, ...]
    unjudged: tuple[Evidence, ...]

    @property
    def methods(self) -> tuple[Method, ...]:
        """What the answer rests on."""
        return (
            regression_discontinuity.METHOD,
            density_test.METHOD,
            bunched.METHOD,
            pull_forward.METHOD,
            persons.METHOD,
        )


def staff_incentives(
    bank: Bank,
    register: EvidenceRegister,
    *,
    as_of: dt.date,
    confidence: float,
    rng: np.random.Generator,
    draws: int,
) -> StaffIncentives | NotAssessed:
    """Study the incentives for staff.

    Parameters
    ----------
    bank : Bank
        Needs ``staff_months`` for targets, ``staff_assessments`` for awards.
    register : EvidenceRegister
    as_of : date
    confidence : float
    rng : numpy.random.Generator
    draws : int

    Returns
    -------
    StaffIncentives or NotAssessed

    Source
    ------
    Chetty and others (2011) for the bunching, Oyer (1998) for what is pulled forward,
    Calonico, Cattaneo and Titiunik (2014) for the jump.
    """
    own = [one for one in register.evidence if one.campaign.audience == "staff"]
    targets, jumps, unjudged = [], [], []
    reason = message("The register holds no incentive for staff.")
    for one in own:
        study = one.study
        if isinstance(study, ThresholdStudy) and study.jump is not None:
            jumps.append(one)
        elif isinstance(study, ThresholdStudy):
            try:
                targets.append(
                    target_study(
                        target_rows(bank, as_of), one, confidence=confidence, rng=rng, draws=draws
                    )
                )
            except EstimationError as refused:
                reason = refusal(refused)
                unjudged.append(one)
        elif one.campaign.design != "staggered":
            unjudged.append(one)
    if not targets and not jumps:
        return NotAssessed(name="staff", question=QUESTION, reason=reason)
    return StaffIncentives(targets=tuple(targets), jumps=tuple(jumps), unjudged=tuple(unjudged))


def target_study(
    rows: pd.DataFrame,
    one: Evidence,
    *,
    confidence: float,
    rng: np.random.Generator,
    draws: int,
) -> TargetStudy:
    """Study the months around a target.

    Parameters
    ----------
    rows : DataFrame
        ``who, at, running, contracts, early, complaints``, in order of staff and month.
    one : Evidence
    confidence : float
    rng : numpy.random.Generator
    draws : int

    Returns
    -------
    TargetStudy

    Raises
    ------
    EstimationError
        If there is too little mass around the target.
    """
    staff = int(rows.who.nunique())
    if staff < FEWEST_STAFF:
        raise EstimationError(
            Problem(
                what="too few members of staff",
                found=str(staff),
                needed=f"at least {FEWEST_STAFF}",
                next_step="Widen the scope.",
            )
        )
    running = rows.running.to_numpy(dtype=float)
    found = bunched.bunching(
        running,
        WINDOW,
        rng=rng,
        persons=rows.who.to_numpy(),
        confidence=confidence,
        draws=draws,
    )
    return TargetStudy(
        evidence=one,
        bunching=found,
        pulled=_pulled(rows, confidence, rng, draws),
        early_closures=_quality(rows, "early", confidence),
        complaints=_quality(rows, "complaints", confidence),
        staff=staff,
        months=len(rows),
    )


def _pulled(
    rows: pd.DataFrame, confidence: float, rng: np.random.Generator, draws: int
) -> PullForward | None:
    at = pd.to_datetime(rows["at"])
    number = at.dt.year * 12 + at.dt.month
    after = rows.running.shift(-1)
    follows = ((rows.who.shift(-1) == rows.who) & (number.shift(-1) == number + 1)).to_numpy()
    try:
        return pull_forward.pull_forward(
            rows.running.to_numpy(dtype=float)[follows],
            after.to_numpy(dtype=float)[follows],
            WINDOW,
            rng=rng,
            persons=rows.who.to_numpy()[follows],
            confidence=confidence,
            draws=draws,
        )
    except EstimationError:
        return None


def _quality(rows: pd.DataFrame, column: str, confidence: float) -> Effect | None:
    """Share of contracts that went wrong, just above the target minus elsewhere.

    A person's months hang together: the error is that of the ratios' sums by person.
    """
    known = rows[rows.contracts.notna() & rows[column].notna()]
    just_above = known.running.between(1.0, 1.0 + WINDOW.above, inclusive="left")
    inside, outside = known[just_above], known[~just_above]
    if inside.contracts.sum() < 1 or outside.contracts.sum() < 1:
        return None
    n_inside, n_outside = int(inside.contracts.sum()), int(outside.contracts.sum())
    share, other = inside[column].sum() / n_inside, outside[column].sum() / n_outside
    contributions = np.where(
        just_above,
        (known[column] - share * known.contracts) / n_inside,
        -(known[column] - other * known.contracts) / n_outside,
    )
    of = persons.number_persons(known.who.to_numpy(), len(known))
    return effect_from_error(
        float(share - other),
        math.sqrt(persons.spread_of_sum(contributions, of)),
        n_treated=n_inside,
        n_untreated=n_outside,
        confidence=confidence,
        degrees_of_freedom=float(of.max()),
    )
