"""The colours of figures, without the drawing: the site reads them too."""

from __future__ import annotations

INK = "#1c2733"
"""The colour of text and axes; nothing else is drawn in it."""

PALETTE = ("#2f6ea5", "#c07f1d", "#2f8f7f", "#b4503f", "#7b62a3", "#6f7c89")
"""Distinguishable with colour-blindness, at least 3:1 against both themes' grounds."""
