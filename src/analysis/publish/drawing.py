"""Draws a figure of an answer as SVG, the same bytes every time."""

from __future__ import annotations

import io

import matplotlib as mpl

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
        drawing.savefig(
            buffer,
            format="svg",
            metadata={"Date": None, "Creator": None, "Type": None, "Format": None},
        )
    text = buffer.getvalue()
    return text[text.index("<svg") :]
