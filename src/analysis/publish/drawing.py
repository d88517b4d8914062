"""Draws a figure of an answer as SVG, the same bytes every time."""

from __future__ import annotations

import io

import matplotlib as mpl
from matplotlib.backends.backend_svg import FigureCanvasSVG

from analysis.answers import Figure
from analysis.publish.marks import find_marks
from analysis.publish.payload import PublishedMark
from analysis.publish.style import settings
from analysis.tables import ProtectedTable
from analysis.text import Language


def draw_svg(
    figure: Figure, table: ProtectedTable, language: Language
) -> tuple[str, tuple[PublishedMark, ...]]:
    """Draw `figure` from its gated table.

    Returns
    -------
    svg : str
        The ``<svg>`` element, text as text, without XML head, date or creator.
    marks : tuple of PublishedMark
        Where it shows which cell of the table.
    """
    with mpl.rc_context(settings()):
        drawing = figure.draw(table, language)
        buffer = io.StringIO()
        # savefig would draw twice: once to lay out, as drawing does anyway
        FigureCanvasSVG(drawing).print_svg(  # type: ignore[no-untyped-call]
            buffer, metadata={"Date": None, "Creator": None, "Type": None, "Format": None}
        )
        marks = find_marks(drawing, table, language)
    text = buffer.getvalue()
    return text[text.index("<svg") :], marks
