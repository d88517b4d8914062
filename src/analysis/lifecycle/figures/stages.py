"""Figures on where customers stand and who moved."""

from __future__ import annotations

import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure as Drawing

from analysis.locale import render
from analysis.publish.palette import PALETTE
from analysis.publish.plotting import count_axis, height, label
from analysis.publish.style import canvas
from analysis.tables import ProtectedTable
from analysis.text import Language, message

_CUSTOMERS = message("Customers")
_BEFORE = message("before")
_NOW = message("now")


def draw_stages(table: ProtectedTable, language: Language) -> Drawing:
    """Draw customers by stage at both dates, side by side."""
    figure, (axes,) = canvas(height_inches=3.0)
    rows = table.body()
    long = pd.DataFrame(
        {
            "stage": [label(row["stage"], language) for row in rows] * 2,
            "when": [render(_BEFORE, language)] * len(rows) + [render(_NOW, language)] * len(rows),
            "customers": [height(row["customers_before"]) for row in rows]
            + [height(row["customers_now"]) for row in rows],
        }
    )
    sns.barplot(
        long, x="stage", y="customers", hue="when", palette=[PALETTE[5], PALETTE[0]], ax=axes
    )
    axes.set(xlabel="", ylabel=render(_CUSTOMERS, language))
    count_axis(axes, language)
    axes.legend(title="")
    return figure
