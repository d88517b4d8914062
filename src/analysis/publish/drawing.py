"""Draws a figure of an answer as SVG, the same bytes every time."""

from __future__ import annotations

import io

import matplotlib as mpl
from matplotlib.backends.backend_svg import FigureCanvasSVG

from analysis.answers import Figure
from analysis.publish.style import settings
from analysis.tables import ProtectedTable
from analysis.text import Language


def draw_svg(figure: Figure, table: ProtectedTable, language: Language) -> str:
    """Draw `figure` from its gated table.

    Returns
    -------
    str
        The ``<svg>`` element, text as text, without XML head, date or creator.
    """
    with mpl.rc_context(settings()):
        drawing = figure.draw(table, language)
        buffer = io.StringIO()
        # savefig would draw twice: once to lay out, as drawing does anyway
        FigureCanvasSVG(drawing).print_svg(  # type: ignore[no-untyped-call]
            buffer, metadata={"Date": None, "Creator": None, "Type": None, "Format": None}
        )
    text = buffer.getvalue()
    return text[text.index("<svg") :]
