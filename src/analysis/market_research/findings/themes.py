"""Findings on what customers write."""

from __future__ import annotations

from analysis.answers import Finding
from analysis.market_research.names import listing
from analysis.market_research.themes import CustomerWords, Theme
from analysis.results import Strength
from analysis.text import Measure, Message, message, on_customers


def theme_finding(found: CustomerWords) -> Finding:
    """Say what is written about most."""
    first = found.themes[0]
    return Finding(
        name="themes",
        statement=message(
            "Customers write most about {theme}: {share} of {n} texts, {negative} of them in a "
            "negative mood.",
            theme=first.name,
            share=on_customers(first.share, Measure.SHARE, found.texts),
            n=on_customers(float(found.texts), Measure.COUNT, found.texts),
            negative=_negative(first),
        ),
        strength=Strength.CONCLUSIVE
        if len(found.themes) == 1 or first.share.low > found.themes[1].share.high
        else Strength.SUGGESTIVE,
        action=message("Take up {theme} first, and answer those who wrote.", theme=first.name),
        headline=True,
    )


def _negative(theme: Theme) -> Message:
    if theme.negative is None:
        return message("an unknown share")
    return message("{share}", share=on_customers(theme.negative, Measure.SHARE, theme.texts))


def trend_finding(found: CustomerWords) -> Finding:
    """Say what is written about more than before, and what less."""
    more, less = more_and_less(found)
    if not more and not less:
        return Finding(
            name="theme_trend",
            statement=message(
                "Since {since} no theme has changed beyond chance.", since=found.since
            ),
            strength=Strength.INCONCLUSIVE,
            action=message("Read on: a change may still come out with more texts."),
        )
    return Finding(
        name="theme_trend",
        statement=message(
            "Since {since} more is written about: {more}; less about: {less}.",
            since=found.since,
            more=listing(_change(theme, found) for theme in more),
            less=listing(_change(theme, found) for theme in less),
        ),
        strength=Strength.CONCLUSIVE,
        action=message("Find out what happened to {theme} since then.", theme=more[0].name)
        if more
        else message("Find out what has become better, and keep it up."),
    )


def more_and_less(found: CustomerWords) -> tuple[list[Theme], list[Theme]]:
    """Give the themes that are written about more, and less, beyond chance."""
    moved = [theme for theme in found.themes if theme.change_stands and theme.change]
    return (
        [theme for theme in moved if theme.change and theme.change.value > 0],
        [theme for theme in moved if theme.change and theme.change.value < 0],
    )


def _change(theme: Theme, found: CustomerWords) -> Message:
    if theme.change is None:
        return message("{name}", name=theme.name)
    return message(
        "{name} by {change}",
        name=theme.name,
        change=on_customers(theme.change, Measure.POINTS, found.late),
    )


def rating_finding(found: CustomerWords) -> Finding | None:
    """Say which theme goes with the lowest ratings."""
    rated = [theme for theme in found.themes if theme.gap and theme.satisfaction]
    if not rated:
        return None
    worst = min(rated, key=lambda theme: theme.gap.value if theme.gap else 0.0)
    if worst.gap is None or worst.satisfaction is None:
        return None
    return Finding(
        name="theme_ratings",
        statement=message(
            "Lowest are the ratings given with texts on {theme}: {mean} points of 5, {gap} against "
            "the other texts.",
            theme=worst.name,
            mean=on_customers(worst.satisfaction, Measure.NUMBER, worst.rated),
            gap=on_customers(worst.gap, Measure.NUMBER, worst.rated),
        ),
        strength=Strength.CONCLUSIVE if worst.gap.high < 0 else Strength.INCONCLUSIVE,
        action=message("Look into {theme}; who writes is not who stays silent.", theme=worst.name),
    )


def themes_brief(found: CustomerWords) -> Message:
    """Answer the question in a clause of the verdict."""
    return message("They write most about {theme}.", theme=found.themes[0].name)
