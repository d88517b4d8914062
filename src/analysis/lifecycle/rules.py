"""The thresholds and terms by which the report decides; the reader may set them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class WinBackTerms:
    """What a campaign is assumed to do and to cost.

    Attributes
    ----------
    won_back_share : float
        Of the contacted who have left, a fraction.
    margin : float
        Of the value of purchases, a fraction.
    contact_cost_cny : float
        A customer contacted.
    """

    won_back_share: float
    margin: float
    contact_cost_cny: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductRules:
    """Thresholds of stages and roles.

    Attributes
    ----------
    introduction_until : float
        Share of the way from launch to the peak of adoption.
    decline_replacement : float
        Past the peak, a product declines where fewer new holders than this share of
        those who left came in the last twelve months.
    certainty : float
        Probability of the stage from which a role is given.
    optimise_loss_above : float
        A mature product with a larger yearly loss of holders, beyond noise, is to be
        optimised.
    exit_holders_below : float
        A declining product with fewer open holdings than this share of its most is to
        be given up.
    """

    introduction_until: float
    decline_replacement: float
    certainty: float
    optimise_loss_above: float
    exit_holders_below: float
