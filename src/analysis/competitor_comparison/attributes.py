"""Point by point: our position per attribute, and price against quality."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import NormalDist, fmean, median

from analysis.answers import NotAssessed
from analysis.competitor_comparison.facts import Doubt, Register
from analysis.competitor_comparison.register import Criterion, KnownFigures, Offer
from analysis.competitor_comparison.rules import ComparedTerms
from analysis.methods import Method
from analysis.results import Estimate
from analysis.text import message

METHOD = Method(
    name=message("Distance to the best and to the competitors' median on equal terms"),
    citation="Keeney, R. L., Raiffa, H. (1976). Decisions with Multiple Objectives. Wiley.",
    assumptions=(
        message("Only figures for the same term, amount and customers are compared."),
        message("Stated errors are standard errors of normal, independent figures."),
        message(
            "Price and quality are means of the criteria, each put between the worst figure (0) "
            "and the best (100) of the institutions, with equal weight."
        ),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Where we stand on one criterion.

    Attributes
    ----------
    criterion : Criterion
    own : float
    rank, compared : int
        Our rank among the institutions that have a comparable figure.
    best : str
    best_value, median_value : float
        Best of all; median of the competitors.
    lead_on_best, lead_on_median : Estimate or float
        In the criterion's unit, above 0 where we are better; with an interval where a
        figure has a stated error.
    rank_without_doubt, compared_without_doubt : int
        The same without old and doubtful figures.
    doubts : frozenset of Doubt
        Of the figures that these distances rest on.
    """

    criterion: Criterion
    own: float
    rank: int
    compared: int
    best: str
    best_value: float
    median_value: float
    lead_on_best: Estimate | float
    lead_on_median: Estimate | float
    rank_without_doubt: int
    compared_without_doubt: int
    doubts: frozenset[Doubt]

    @property
    def stands(self) -> int:
        """1 ahead of the median beyond error, -1 behind it, 0 neither."""
        return side(self.lead_on_median)


@dataclass(frozen=True, slots=True, kw_only=True)
class PricePoint:
    """An institution on the map of price and quality, both 0 (worst) to 100 (best)."""

    institution: str
    price: float
    quality: float
    doubts: frozenset[Doubt]


@dataclass(frozen=True, slots=True, kw_only=True)
class PointByPoint:
    """Our position on each criterion, and the map.

    `figures` holds the comparable figures by (institution, criterion); `left_out` the
    criteria on which we have none.
    """

    register: Register
    positions: tuple[Position, ...]
    figures: Mapping[tuple[str, str], Offer]
    left_out: tuple[Criterion, ...]
    price_map: tuple[PricePoint, ...]
    terms: ComparedTerms

    def position(self, criterion: str) -> Position:
        """Give the position on a criterion."""
        return next(p for p in self.positions if p.criterion.key == criterion)

    @property
    def places(self) -> tuple[int, int]:
        """Our places on the map by price and by quality, the best first; equals share one."""
        own = next(p for p in self.price_map if p.institution == self.register.own)
        return (
            1 + sum(p.price > own.price for p in self.price_map),
            1 + sum(p.quality > own.quality for p in self.price_map),
        )


def side(lead: Estimate | float) -> int:
    """Tell the sign of a lead: 0 where it may be none."""
    if isinstance(lead, Estimate):
        return (lead.low > 0) - (lead.high < 0)
    return (lead > 0) - (lead < 0)


def point_by_point(
    known: KnownFigures, *, terms: ComparedTerms, confidence: float
) -> PointByPoint | NotAssessed:
    """Compare institutions on each criterion, like with like.

    Parameters
    ----------
    known : KnownFigures
    terms : ComparedTerms
    confidence : float
        Coverage of the intervals.

    Returns
    -------
    PointByPoint or NotAssessed
        Not assessed where no criterion has a figure on us and on a competitor.
    """
    figures = {
        (offer.institution, offer.criterion): offer
        for offer in known.offers
        if is_comparable(offer, terms)
    }
    positions, left_out = [], []
    for criterion in known.criteria:
        on_it = {key[0]: offer for key, offer in figures.items() if key[1] == criterion.key}
        if known.register.own in on_it and len(on_it) > 1:
            positions.append(_position(criterion, on_it, known.register, confidence))
        else:
            left_out.append(criterion)
    if not positions:
        return NotAssessed(
            name="attributes",
            question=message("Where do we stand point by point?"),
            reason=message("there is no figure on us and a competitor on equal terms."),
        )
    return PointByPoint(
        register=known.register,
        positions=tuple(positions),
        figures=figures,
        left_out=tuple(left_out),
        price_map=_price_map(positions, figures, known.register),
        terms=terms,
    )


def is_comparable(offer: Offer, terms: ComparedTerms) -> bool:
    """Whether a figure holds for the terms that are compared, or for any terms."""
    return (
        offer.term_months in {None, float(terms.term_months)}
        and offer.from_amount_cny in {None, terms.from_amount_cny}
        and offer.conditions in {"", terms.conditions}
    )


def _position(
    criterion: Criterion, on_it: Mapping[str, Offer], register: Register, confidence: float
) -> Position:
    sign = 1 if criterion.higher_is_better else -1
    own = on_it[register.own]
    others = [on_it[key] for key in register.competitors if key in on_it]
    best = max((own, *others), key=lambda offer: (sign * offer.value, offer.institution))
    middle = median(offer.value for offer in others)
    central = sorted(others, key=lambda o: (abs(o.value - middle), o.institution))
    used = central[: 1 if len(others) % 2 else 2]
    sure = [offer for offer in others if not offer.evidence.doubts]
    missing = {Doubt.MISSING} if len(on_it) < len(register.keys) else set()
    return Position(
        criterion=criterion,
        own=own.value,
        rank=_rank(own, others, sign),
        compared=len(on_it),
        best=best.institution,
        best_value=best.value,
        median_value=middle,
        lead_on_best=_lead(sign * (own.value - best.value), (own, best), confidence),
        lead_on_median=_lead(sign * (own.value - middle), (own, *used), confidence),
        rank_without_doubt=_rank(own, sure, sign),
        compared_without_doubt=len(sure) + 1,
        doubts=frozenset(missing.union(*(offer.evidence.doubts for offer in (own, *others)))),
    )


def _rank(own: Offer, others: Iterable[Offer], sign: int) -> int:
    return 1 + sum(sign * offer.value > sign * own.value for offer in others)


def _lead(value: float, offers: tuple[Offer, ...], confidence: float) -> Estimate | float:
    """Give a difference its interval; of two central figures each counts half."""
    own, *others = offers
    if others and others[0] is own:
        return value
    variance = (own.error or 0.0) ** 2 + sum(((o.error or 0.0) / len(others)) ** 2 for o in others)
    if variance == 0:
        return value
    half = NormalDist().inv_cdf(0.5 + confidence / 2) * math.sqrt(variance)
    return Estimate(value=value, low=value - half, high=value + half, confidence=confidence)


def _price_map(
    positions: Iterable[Position], figures: Mapping[tuple[str, str], Offer], register: Register
) -> tuple[PricePoint, ...]:
    """Put institutions on the map; empty where price or quality has no criterion."""
    scores: dict[tuple[str, bool], list[float]] = {}
    doubts: dict[str, set[Doubt]] = {key: set() for key in register.keys}
    for position in positions:
        criterion = position.criterion
        values = [o.value for (_, c), o in figures.items() if c == criterion.key]
        low, high = min(values), max(values)
        for key in register.keys:
            offer = figures.get((key, criterion.key))
            if offer is None:
                doubts[key].add(Doubt.MISSING)
            elif high > low:
                doubts[key] |= offer.evidence.doubts
                at = (offer.value - low) / (high - low)
                scores.setdefault((key, criterion.area == "price"), []).append(
                    100 * (at if criterion.higher_is_better else 1 - at)
                )
    return tuple(
        PricePoint(
            institution=key,
            price=fmean(scores[key, True]),
            quality=fmean(scores[key, False]),
            doubts=frozenset(doubts[key]),
        )
        for key in register.keys
        if (key, True) in scores and (key, False) in scores
    )
