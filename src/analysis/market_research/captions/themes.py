"""Captions on what customers write."""

from __future__ import annotations

from analysis.market_research.findings.themes import more_and_less
from analysis.market_research.themes import CustomerWords, Theme
from analysis.text import Measure, Message, Quantity, message, on_customers


def trend(found: CustomerWords) -> Message:
    """Say what is written about more and less than before, beyond chance."""
    more, less = more_and_less(found)
    if more and less:
        return message(
            "Since {since} more is written on {more} ({gain}), less on {less} ({loss})",
            since=found.since,
            more=more[0].name,
            gain=_change(more[0], found),
            less=less[0].name,
            loss=_change(less[0], found),
        )
    if not more and not less:
        return message(
            "Since {since} no theme's share of the texts changed beyond chance", since=found.since
        )
    first = (more or less)[0]
    values = {"since": found.since, "theme": first.name, "change": _change(first, found)}
    if more:
        return message("Since {since} more is written on {theme}: {change}", **values)
    return message("Since {since} less is written on {theme}: {change}", **values)


def _change(theme: Theme, found: CustomerWords) -> Quantity:
    assert theme.change is not None  # noqa: S101  # else it does not stand
    return on_customers(theme.change.value, Measure.POINTS, found.late)


def moods(found: CustomerWords) -> Message:
    """Say how many of the texts on the first theme are in a negative mood."""
    first = found.themes[0]
    if first.negative is None or found.negative is None:
        return message(
            "{share} of the texts are on {theme}; in which mood cannot be told",
            share=on_customers(first.share.value, Measure.SHARE, found.texts),
            theme=first.name,
        )
    return message(
        "{negative} of the texts on {theme} are in a negative mood, {all} of all texts",
        negative=on_customers(first.negative.value, Measure.SHARE, first.texts),
        theme=first.name,
        all=on_customers(found.negative.value, Measure.SHARE, found.texts),
    )
