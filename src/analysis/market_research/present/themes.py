"""The answer on what customers write."""

from __future__ import annotations

from analysis.answers import Answer, Figure, Metric, NotAssessed
from analysis.market_research.captions import themes as captions
from analysis.market_research.checks.themes import theme_checks
from analysis.market_research.figures import themes as figures
from analysis.market_research.findings import themes as findings
from analysis.market_research.tables import themes as tables
from analysis.market_research.themes import CustomerWords
from analysis.stats import text_sentiment, text_themes, text_tokens
from analysis.text import Measure, message, on_customers


def present_themes(found: CustomerWords | NotAssessed) -> Answer | NotAssessed:
    """Themes with share, trend and mood, and quotations that point at nobody."""
    if isinstance(found, NotAssessed):
        return found
    first, change = findings.theme_finding(found), findings.trend_finding(found)
    rating = findings.rating_finding(found)
    trend, themes = tables.trend(found), tables.themes(found)
    quoted = any(theme.quotations for theme in found.themes)
    return Answer(
        findings=(first, change, *((rating,) if rating else ())),
        metrics=(
            Metric(
                name="negative_texts",
                label=message("Texts in a negative mood"),
                definition=message(
                    "By the rating given with the text, else by a model that has learned from "
                    "rated texts."
                ),
                quantity=on_customers(found.negative, Measure.SHARE, found.texts),
                higher_is="worse",
            ),
        )
        if found.negative
        else (),
        figures=(
            Figure(
                name=trend.name,
                caption=captions.trend(found),
                alt=message(
                    "A point for each theme's share of texts since then, a hollow one for before. "
                    "{finding}",
                    finding=change.statement,
                ),
                table=trend,
                draw=figures.draw_trend,
            ),
            Figure(
                name=themes.name,
                caption=captions.moods(found),
                alt=message(
                    "A point with its interval for each theme: share of its texts in a negative "
                    "mood. {finding}",
                    finding=first.statement,
                ),
                table=themes,
                draw=figures.draw_moods,
            ),
        ),
        tables=(
            *((tables.quotations(found),) if quoted else ()),
            tables.theme_words(found),
            *((tables.moods(found),) if found.moods else ()),
        ),
        checks=theme_checks(found),
        methods=(
            text_tokens.METHOD,
            *text_themes.METHODS.values(),
            *text_sentiment.METHODS.values(),
        ),
    )
