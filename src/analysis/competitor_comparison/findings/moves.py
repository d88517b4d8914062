"""Findings on customers who moved between institutions."""

from __future__ import annotations

from analysis.answers import Finding
from analysis.competitor_comparison.moves import Moves
from analysis.competitor_comparison.wording import listing
from analysis.results import Strength
from analysis.stats.switching import Exchange
from analysis.text import Measure, Message, message, on_customers


def moves_finding(moves: Moves) -> Finding:
    """Say from whom customers were won and to whom they were lost, beyond noise."""
    balance = moves.balance
    lost = losing(moves)
    won = [e for e in balance.exchanges if e.net is not None and e.net.low > 0]
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


def _named(moves: Moves, exchange: Exchange) -> Message:
    if exchange.net is None:
        raise ValueError("nobody moved between the two")
    return message(
        "{institution} (net {net})",
        institution=moves.register.name(exchange.other),
        net=on_customers(exchange.net, Measure.COUNT, exchange.won + exchange.lost),
    )


def _net(moves: Moves) -> Message:
    net = moves.balance.net
    shown = on_customers(net, Measure.COUNT, moves.balance.won + moves.balance.lost)
    if net.low > 0:
        return message("More customers came than left: {net} net.", net=shown)
    if net.high < 0:
        return message("More customers left than came: {net} net.", net=shown)
    return message("Whether more came than left is within the noise: {net} net.", net=shown)
