"""What kind of evidence is there for each incentive, and which words does it bear?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from analysis.data.tables import Bank
from analysis.errors import EstimationError
from analysis.incentive_effectiveness.assignment import Assignment, assignment
from analysis.incentive_effectiveness.refusals import refusal
from analysis.incentive_effectiveness.register import Campaign, incentives
from analysis.incentive_effectiveness.roll_out import RollOut, roll_out
from analysis.incentive_effectiveness.rules import CheckRules
from analysis.incentive_effectiveness.thresholds import ThresholdStudy, threshold_study
from analysis.incentive_effectiveness.wording import DesignCheck
from analysis.methods import Method
from analysis.text import Message, message

Study = Assignment | RollOut | ThresholdStudy

CAUSAL_DESIGNS = frozenset({"randomised", "staggered", "threshold"})
"""Designs whose decisive assumptions can be held against the data."""

METHOD = Method(
    name=message("Grading of evidence by design"),
    citation="Angrist, J. D., Pischke, J.-S. (2010). The credibility revolution in empirical "
    "economics. Journal of Economic Perspectives 24(2), 3-30. Maryland scale: Sherman, L. W. and "
    "others (1998). Preventing Crime. National Institute of Justice.",
    assumptions=(
        message("The register states truly how it was decided who gets each incentive."),
        message(
            "A check that passes is no proof: it says that the data do not contradict the design."
        ),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What an incentive's effect may be judged by.

    Attributes
    ----------
    campaign : Campaign
    study : Assignment, RollOut, ThresholdStudy or None
        None where the design cannot be checked.
    reason : Message or None
        Why there is no study, or why it was refused.
    """

    campaign: Campaign
    study: Study | None
    reason: Message | None = None

    @property
    def checks(self) -> tuple[DesignCheck, ...]:
        """What was held against the data."""
        return () if self.study is None else self.study.checks

    @property
    def causal(self) -> bool:
        """Whether the sentence may say ``raised``: the design's checks exist and all pass."""
        return (
            self.campaign.design in CAUSAL_DESIGNS
            and len(self.checks) > 0
            and all(check.passed for check in self.checks)
        )

    @property
    def grade(self) -> str:
        """A by lot; B by a design whose checks pass; C comparable at best; D no comparison."""
        if self.causal:
            return "A" if self.campaign.design == "randomised" else "B"
        return "D" if self.campaign.design == "none" else "C"


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceRegister:
    """Every incentive with its evidence, in the register's order."""

    evidence: tuple[Evidence, ...]

    @property
    def causal(self) -> tuple[Evidence, ...]:
        """Incentives of which ``raised`` may be said."""
        return tuple(one for one in self.evidence if one.causal)

    def of(self, campaign_id: str) -> Evidence:
        """Give the evidence for one incentive.

        Raises
        ------
        KeyError
            If there is no such incentive.
        """
        return {one.campaign.campaign_id: one for one in self.evidence}[campaign_id]

    def by_design(self, design: str) -> tuple[Evidence, ...]:
        """Incentives given in one way."""
        return tuple(one for one in self.evidence if one.campaign.design == design)

    @property
    def methods(self) -> tuple[Method, ...]:
        """What the answer rests on."""
        return (METHOD,)


def evidence(
    bank: Bank,
    *,
    as_of: dt.date,
    level: float,
    largest_imbalance: float,
    power: float,
    confidence: float,
) -> EvidenceRegister:
    """Grade every incentive by its design, and by whether the design's checks pass.

    Parameters
    ----------
    bank : Bank
        Needs ``campaigns``; each design needs its own tables.
    as_of : date
    level : float
        Level of the tests of assumptions.
    largest_imbalance : float
        Standardised difference beyond which balance fails.
    power, confidence : float

    Returns
    -------
    EvidenceRegister
        A design whose data is refused keeps its place, with the reason and grade C.
    """
    rules = CheckRules(level=level, largest_imbalance=largest_imbalance)
    studies: Mapping[str, Callable[[Campaign], Study]] = MappingProxyType(
        {
            "randomised": lambda campaign: assignment(
                bank, campaign, as_of=as_of, rules=rules, power=power, confidence=confidence
            ),
            "staggered": lambda campaign: roll_out(
                bank, campaign, as_of=as_of, rules=rules, confidence=confidence
            ),
            "threshold": lambda campaign: threshold_study(
                bank, campaign, as_of=as_of, rules=rules, confidence=confidence
            ),
        }
    )
    found = incentives(bank, as_of=as_of)
    return EvidenceRegister(
        evidence=tuple(_judge(campaign, studies.get(campaign.design), bank) for campaign in found)
    )


def _judge(campaign: Campaign, study: Callable[[Campaign], Study] | None, bank: Bank) -> Evidence:
    if study is None:
        return Evidence(campaign=campaign, study=None, reason=_UNCHECKED.get(campaign.design))
    if campaign.design == "randomised" and not (bank.has("offers") and bank.has("offer_outcomes")):
        return Evidence(
            campaign=campaign,
            study=None,
            reason=message("The source holds no assignments or no outcomes of customers."),
        )
    try:
        return Evidence(campaign=campaign, study=study(campaign))
    except EstimationError as refused:
        return Evidence(campaign=campaign, study=None, reason=refusal(refused))


_UNCHECKED = MappingProxyType(
    {
        "matched": message("Comparable customers can differ in what nobody recorded."),
        "regional": message("A single region cannot be told from what else happened there."),
        "none": message("There is nobody without it to compare with."),
    }
)
