"""What do the incentives show that were not given by lot?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from analysis.answers import NotAssessed
from analysis.data.tables import Bank
from analysis.errors import EstimationError
from analysis.incentive_effectiveness.evidence import Evidence, EvidenceRegister
from analysis.incentive_effectiveness.matched import MatchedStudy, matched_study
from analysis.incentive_effectiveness.refusals import refusal
from analysis.incentive_effectiveness.region import RegionStudy, region_study
from analysis.incentive_effectiveness.roll_out import RollOut
from analysis.incentive_effectiveness.thresholds import ThresholdStudy
from analysis.text import Message, message

QUESTION = message("What is known without a lot?")

ObservedStudy = RollOut | ThresholdStudy | MatchedStudy | RegionStudy


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """One incentive that was not given by lot: its study, or why there is none."""

    evidence: Evidence
    study: ObservedStudy | None
    reason: Message | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Observational:
    """All incentives that were not given by lot and can be compared with anything."""

    observed: tuple[Observed, ...]


def observational(
    bank: Bank,
    register: EvidenceRegister,
    *,
    as_of: dt.date,
    confidence: float,
    rng: np.random.Generator,
) -> Observational | NotAssessed:
    """Study the incentives given by roll-out, threshold, region or choice.

    Parameters
    ----------
    bank : Bank
    register : EvidenceRegister
    as_of : date
    confidence : float
    rng : numpy.random.Generator

    Returns
    -------
    Observational or NotAssessed
        Staff incentives with a threshold are left to the question on staff.
    """
    found = []
    for one in register.evidence:
        campaign = one.campaign
        if campaign.design == "staggered" or (
            campaign.design == "threshold" and campaign.audience == "customers"
        ):
            study = one.study if isinstance(one.study, RollOut | ThresholdStudy) else None
            found.append(Observed(evidence=one, study=study, reason=one.reason))
        elif campaign.design == "matched":
            found.append(
                _study(
                    one,
                    partial(
                        matched_study,
                        bank,
                        campaign,
                        as_of=as_of,
                        confidence=confidence,
                        rng=rng,
                    ),
                )
            )
        elif campaign.design == "regional":
            found.append(
                _study(
                    one,
                    partial(region_study, bank, campaign, as_of=as_of, confidence=confidence),
                )
            )
    if not found:
        return NotAssessed(
            name="observational",
            question=QUESTION,
            reason=message("Every incentive was given by lot, or has no comparison at all."),
        )
    return Observational(observed=tuple(found))


def _study(one: Evidence, run: Callable[[], MatchedStudy | RegionStudy]) -> Observed:
    try:
        return Observed(evidence=one, study=run())
    except EstimationError as refused:
        return Observed(evidence=one, study=None, reason=refusal(refused))
