"""Findings on customers who moved between institutions."""

from __future__ import annotations

from analysis.answers import Finding
from analysis.competitor_comparison.moves import Moves
from analysis.competitor_comparison.wording import listing
from analysis.results import Estimate, Strength
from analysis.stats.switching import Exchange
from analysis.text import Measure, Message, Quantity, Value, message, on_customers


def moves_finding(moves: Moves) -> Finding:
    """Say from whom customers were won and to whom they were lost, beyond noise."""
    lost, won = losing(moves), winning(moves)
    return Finding(
        name="moves",
        statement=message(
            "{net} Beyond noise we lose customers to: {lost}; we win them from: {won}.",
            net=_net(moves),
            lost=listing(_named(moves, e) for e in lost),
            won=listing(_named(moves, e) for e in won),
        ),
        strength=Strength.CONCLUSIVE if lost or won else Strength.INCONCLUSIVE,
        action=message("Ask those who leave for these institutions what drew them.")
        if lost
        else message("Keep asking those who come and leave for their reasons."),
        headline=True,
    )


def losing(moves: Moves) -> list[Exchange]:
    """Give the competitors to whom more customers are lost than won, beyond noise."""
    return [e for e in moves.balance.exchanges if e.net is not None and e.net.high < 0]


def winning(moves: Moves) -> list[Exchange]:
    """Give the competitors from whom more customers are won than lost, beyond noise."""
    return [e for e in moves.balance.exchanges if e.net is not None and e.net.low > 0]


def moves_caption(moves: Moves) -> Message:
    """Say in a line to whom most customers are lost and from whom most are won."""
    lost, won = losing(moves), winning(moves)
    if not lost and not won:
        return message(
            "Customers won less lost: within noise with each of {n} competitors",
            n=len(moves.balance.exchanges),
        )
    if not lost:
        return message(
            "Customers won less lost: most are won from {first}, {won}; to nobody are more lost",
            **_largest(moves, won, "won"),
        )
    if not won:
        return message(
            "Customers won less lost: most are lost to {second}, {lost}; from nobody are more won",
            **_largest(moves, lost, "lost"),
        )
    return message(
        "Customers won less lost: most are won from {first}, {won}; most are lost to {second}, "
        "{lost}",
        **_largest(moves, won, "won"),
        **_largest(moves, lost, "lost"),
    )


def _largest(moves: Moves, exchanges: list[Exchange], side: str) -> dict[str, Value | Message]:
    """Give the competitor with whom most is won or lost, and how much."""
    nets = [(exchange, exchange.net) for exchange in exchanges if exchange.net is not None]
    largest, net = max(nets, key=lambda pair: abs(pair[1].value))
    name = "first" if side == "won" else "second"
    return {name: moves.register.name(largest.other), side: _count(largest, net)}


def _count(exchange: Exchange, net: Estimate) -> Quantity:
    return on_customers(net, Measure.COUNT, exchange.won + exchange.lost)


def _named(moves: Moves, exchange: Exchange) -> Message:
    if exchange.net is None:
        raise ValueError("nobody moved between the two")
    return message(
        "{institution} (net {net})",
        institution=moves.register.name(exchange.other),
        net=_count(exchange, exchange.net),
    )


def _net(moves: Moves) -> Message:
    net = moves.balance.net
    shown = on_customers(net, Measure.COUNT, moves.balance.won + moves.balance.lost)
    if net.low > 0:
        return message("More customers came than left: {net} net.", net=shown)
    if net.high < 0:
        return message("More customers left than came: {net} net.", net=shown)
    return message("Whether more came than left is within the noise: {net} net.", net=shown)
