"""Checks on what customers write."""

from __future__ import annotations

from analysis.answers import Check
from analysis.market_research.names import listing
from analysis.market_research.tables.themes import LANGUAGE_NAMES
from analysis.market_research.themes import CustomerWords
from analysis.market_research.wording import plain
from analysis.results import CheckStatus
from analysis.text import Measure, message, on_customers


def theme_checks(found: CustomerWords) -> tuple[Check, ...]:
    """Whether mood is told better than by a plain rule, themes come back, all was read."""
    checks = [
        Check(
            name=f"mood_{language}",
            label=message(
                "Mood is told better than by a plain rule: {language}",
                language=LANGUAGE_NAMES[language],
            ),
            status=CheckStatus.PASSED
            if mood.accuracy.low > mood.baseline.value
            else CheckStatus.FAILED,
            detail=message(
                "Right on {accuracy} of the texts held out, against {baseline} for always saying "
                "the more frequent mood.",
                accuracy=on_customers(mood.accuracy, Measure.SHARE, mood.held_out),
                baseline=on_customers(mood.baseline, Measure.SHARE, mood.held_out),
            ),
        )
        for language, mood in found.moods.items()
    ]
    checks += [
        Check(
            name=f"themes_{language}",
            label=message(
                "Themes come back when texts are drawn again: {language}",
                language=LANGUAGE_NAMES[language],
            ),
            status=CheckStatus.INFORMATIONAL,
            detail=message(
                "Of {least} to {most} factors, {number} come back best: {stability} "
                "of their strongest words are the same in halves of the texts.",
                least=min(model.tried),
                most=max(model.tried),
                number=len(model.words),
                stability=plain(round(model.stability, 2), Measure.SHARE),
            ),
        )
        for language, model in found.models.items()
    ]
    if found.refused:
        checks.append(
            Check(
                name="texts_read",
                label=message("All languages were read"),
                status=CheckStatus.FAILED,
                detail=message(
                    "{reasons}",
                    reasons=listing(
                        message(
                            "{language}: {reason}",
                            language=LANGUAGE_NAMES[language],
                            reason=reason,
                        )
                        for language, reason in found.refused.items()
                    ),
                ),
            )
        )
    return tuple(checks)
