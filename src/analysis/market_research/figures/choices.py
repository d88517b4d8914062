"""Figures on the choice experiment."""

from __future__ import annotations

from matplotlib.figure import Figure as Drawing

from analysis.market_research.figures.intervals import draw_rows
from analysis.tables import ProtectedTable
from analysis.text import Language, Measure


def draw_variants(table: ProtectedTable, language: Language) -> Drawing:
    """Draw who would take each variant, with its interval."""
    return draw_rows(table, language, name="variant", now="taken", measure=Measure.SHARE)


def draw_priorities(table: ProtectedTable, language: Language) -> Drawing:
    """Draw each feature's best-worst score with its interval."""
    return draw_rows(
        table, language, name="feature", now="score", measure=Measure.NUMBER, reference=0.0
    )
