"""So what: strengths, gaps, threats and options, each tied to the figure it comes from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from analysis.answers import NotAssessed
from analysis.competitor_comparison.attributes import PointByPoint, Position
from analysis.competitor_comparison.facts import Doubt, Register
from analysis.competitor_comparison.findings.moves import losing
from analysis.competitor_comparison.findings.share import falling
from analysis.competitor_comparison.moves import Moves
from analysis.competitor_comparison.perception import Perception
from analysis.competitor_comparison.ranking import Standing
from analysis.competitor_comparison.service import Service
from analysis.competitor_comparison.share import MarketShare
from analysis.competitor_comparison.tables.attributes import signed
from analysis.competitor_comparison.wording import (
    PROCESSES,
    family,
    in_time_unit,
    in_unit,
    time_unit,
)
from analysis.methods import Method
from analysis.results import Estimate, Strength
from analysis.text import Measure, Message, message, on_customers

METHOD = Method(
    name=message("Options ranked by size times ease"),
    citation="Keeney, R. L., Raiffa, H. (1976). Decisions with Multiple Objectives. Wiley.",
    assumptions=(
        message(
            "Size: points of the weighted score of 0 to 100 that closing the gap to the best "
            "would add."
        ),
        message(
            "Ease: share of the competitors that are ahead of us on the criterion already; what "
            "many can do is taken to be feasible. Cost is not in the data."
        ),
    ),
)

_POSITIONS = message("Our position on each criterion, like with like")
_TREND = message("Our share by quarter, and its forecast with interval")
_HOLDERS = message("Table: share of the market by institution")
_EXCHANGES = message("Customers won from and lost to each competitor, net")
_SERVICE = message("Service times, and how ours differ")
_IMAGE = message("Our image and the facts")


class Kind(StrEnum):
    """What an item is."""

    STRENGTH = "strength"
    GAP = "gap"
    THREAT = "threat"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A strength, gap or threat, and what to do about it.

    Attributes
    ----------
    kind : Kind
    statement : Message
    source : Message
        Caption of the table or figure that it comes from.
    option : Message
    size : float or None
        Points of the weighted score, 0 to 100; None where it has none.
    ease : float or None
        Share of the competitors that are ahead already.
    doubts : frozenset of Doubt
    strength : Strength
    """

    kind: Kind
    statement: Message
    source: Message
    option: Message
    size: float | None
    ease: float | None
    doubts: frozenset[Doubt]
    strength: Strength

    @property
    def priority(self) -> float:
        """Size times ease; 0 where one is unknown."""
        return (self.size or 0.0) * (self.ease if self.ease is not None else 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """All items: gaps by size times ease, strengths by size, then threats."""

    register: Register
    items: tuple[Item, ...]

    def of(self, kind: Kind) -> tuple[Item, ...]:
        """Give the items of one kind."""
        return tuple(item for item in self.items if item.kind is kind)


def derive_options(
    register: Register,
    *,
    points: PointByPoint | NotAssessed,
    standing: Standing | NotAssessed,
    share: MarketShare | NotAssessed,
    moves: Moves | NotAssessed,
    perception: Perception | NotAssessed,
    service: Service | NotAssessed,
) -> Options | NotAssessed:
    """Derive strengths, gaps and threats from what the other questions found."""
    items: list[Item] = []
    if not isinstance(points, NotAssessed):
        items += _from_positions(points, standing)
    if not isinstance(service, NotAssessed):
        items += _from_service(service)
    if not isinstance(perception, NotAssessed):
        items += _from_image(perception)
    if not isinstance(share, NotAssessed):
        items += _from_share(share)
    if not isinstance(moves, NotAssessed):
        items += _from_moves(moves)
    if not items:
        return NotAssessed(
            name="options",
            question=message("What follows?"),
            reason=message("no strength, gap or threat stands out of the noise of the data."),
        )
    order = list(Kind)
    return Options(
        register=register,
        items=tuple(
            sorted(items, key=lambda i: (order.index(i.kind), -i.priority, i.strength.value))
        ),
    )


def _sureness(doubts: frozenset[Doubt]) -> Strength:
    return Strength.SUGGESTIVE if doubts else Strength.CONCLUSIVE


def _from_positions(points: PointByPoint, standing: Standing | NotAssessed) -> Iterator[Item]:
    weights = (
        {}
        if isinstance(standing, NotAssessed)
        else dict(
            zip(
                (criterion.key for criterion in standing.weighing.criteria),
                standing.weighing.weights,
                strict=True,
            )
        )
    )
    for position in points.positions:
        if position.stands == 0:
            continue
        ahead = position.stands > 0
        lead = position.lead_on_median if ahead else position.lead_on_best
        weight = weights.get(position.criterion.key)
        yield Item(
            kind=Kind.STRENGTH if ahead else Kind.GAP,
            statement=_stand(points, position),
            source=_POSITIONS,
            option=message("Make more of it in offers and advertising.")
            if ahead
            else message(
                "Move towards {best} ({value}).",
                best=points.register.name(position.best),
                value=in_unit(position.best_value, position.criterion.unit),
            ),
            size=None if weight is None else 100 * weight * _share_of_range(points, position, lead),
            ease=None if ahead else (position.rank - 1) / (position.compared - 1),
            doubts=position.doubts,
            strength=_sureness(position.doubts),
        )


def _stand(points: PointByPoint, position: Position) -> Message:
    unit = position.criterion.unit
    if position.stands > 0:
        return message(
            "{criterion}: better than the competitors' median by {lead}.",
            criterion=position.criterion.name,
            lead=signed(position.lead_on_median, unit),
        )
    return message(
        "{criterion}: behind the competitors' median by {lead}, behind the best, {best}, by "
        "{distance}.",
        criterion=position.criterion.name,
        lead=signed(_size_of(position.lead_on_median), unit),
        best=points.register.name(position.best),
        distance=signed(_size_of(position.lead_on_best), unit),
    )


def _size_of(lead: Estimate | float) -> float:
    return abs(lead.value if isinstance(lead, Estimate) else lead)


def _share_of_range(points: PointByPoint, position: Position, lead: Estimate | float) -> float:
    values = [o.value for (_, c), o in points.figures.items() if c == position.criterion.key]
    extent = max(values) - min(values)
    return _size_of(lead) / extent if extent else 0.0


def _from_service(service: Service) -> Iterator[Item]:
    for process in service.processes:
        _, *others = service.of(process)
        faster = [t for t in others if t.median and t.median.difference.low > 0]
        if 2 * len(faster) <= len(others):
            continue
        doubts = frozenset(d for t in faster for d in t.doubts)
        best = min(faster, key=lambda t: (t.quantiles[2].value, t.institution))
        yield Item(
            kind=Kind.GAP,
            statement=message(
                "{process}: {n} of {all} competitors are faster, beyond noise.",
                process=PROCESSES[process],
                n=len(faster),
                all=len(others),
            ),
            source=_SERVICE,
            option=message(
                "Study how {best} does it (median {value} {unit}).",
                best=service.register.name(best.institution, best.doubts),
                value=on_customers(
                    in_time_unit(best.quantiles[2].value, process), Measure.NUMBER, best.n
                ),
                unit=time_unit(process),
            ),
            size=None,
            ease=len(faster) / len(others),
            doubts=doubts,
            strength=_sureness(doubts),
        )


def _from_image(seen: Perception) -> Iterator[Item]:
    for gap in seen.gaps:
        if gap.fact_side is not None and gap.fact_side > 0 and gap.image_side <= 0:
            yield Item(
                kind=Kind.GAP,
                statement=message(
                    "{attribute}: the facts are better than the competitors', the image is not.",
                    attribute=gap.name,
                ),
                source=_IMAGE,
                option=message("Tell customers the facts that they do not see yet."),
                size=None,
                ease=None,
                doubts=frozenset(),
                strength=Strength.SUGGESTIVE,
            )


def _from_share(found: MarketShare) -> Iterator[Item]:
    for name in falling(found):
        yield Item(
            kind=Kind.THREAT,
            statement=message(
                "Our share of {product} falls: {slope} a quarter.",
                product=family(name),
                slope=signed(found.trends[name].slope, "fraction"),
            ),
            source=_TREND,
            option=message("Find out what customers take elsewhere, and why."),
            size=None,
            ease=None,
            doubts=frozenset(),
            strength=Strength.CONCLUSIVE,
        )
    growing = [
        h
        for h in found.holders
        if h.institution != found.market.register.own and (h.change_year or 0) > 0 and not h.doubts
    ]
    if growing:
        first = max(growing, key=lambda h: (h.change_year or 0.0, h.institution))
        yield Item(
            kind=Kind.THREAT,
            statement=message(
                "{institution} gained most share of all: {change} over a year.",
                institution=found.market.register.name(first.institution),
                change=signed(first.change_year or 0.0, "fraction"),
            ),
            source=_HOLDERS,
            option=message("Watch its offers quarter by quarter."),
            size=None,
            ease=None,
            doubts=first.doubts,
            strength=Strength.CONCLUSIVE,
        )


def _from_moves(moves: Moves) -> Iterator[Item]:
    for exchange in losing(moves):
        if exchange.net is None:
            continue
        yield Item(
            kind=Kind.THREAT,
            statement=message(
                "More customers leave for {institution} than come from it: {net} net.",
                institution=moves.register.name(exchange.other),
                net=on_customers(exchange.net, Measure.COUNT, exchange.won + exchange.lost),
            ),
            source=_EXCHANGES,
            option=message("Ask those who leave what drew them."),
            size=None,
            ease=None,
            doubts=frozenset(),
            strength=Strength.CONCLUSIVE,
        )
