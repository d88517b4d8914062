"""How figures look: one palette, one type, the same in every report.

Text and axes are drawn in `INK`, which the site replaces by the page's own text
colour, so that figures follow the light and the dark theme.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from matplotlib import font_manager, rcsetup
from matplotlib.figure import Figure

from analysis.publish.palette import INK, PALETTE

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SEQUENTIAL = "crest"
"""seaborn's map for ordered values."""

WIDTH_INCHES = 7.2


@cache
def _chinese_family() -> str:
    """Register the Chinese font with matplotlib; give its family's name."""
    import pylopdf_fonts_zh_cn

    path = Path(pylopdf_fonts_zh_cn.__file__).parent / "NotoSansSC-Regular.otf"
    font_manager.fontManager.addfont(path)
    return str(font_manager.FontProperties(fname=path).get_name())


def settings() -> dict[Any, Any]:
    """Give matplotlib's settings for every figure of a report.

    Returns
    -------
    dict
        For `matplotlib.rc_context`.
    """
    return {
        "axes.axisbelow": True,
        "axes.edgecolor": INK,
        "axes.grid": True,
        "axes.grid.axis": "y",
        "axes.labelcolor": INK,
        "axes.labelsize": 9.5,
        "axes.linewidth": 0.8,
        "axes.prop_cycle": rcsetup.cycler(color=PALETTE),
        "axes.spines.right": False,
        "axes.spines.top": False,
        "axes.titlelocation": "left",
        "axes.titlesize": 10.5,
        "axes.unicode_minus": True,
        "figure.constrained_layout.use": True,
        "figure.facecolor": "none",
        "axes.facecolor": "none",
        "savefig.facecolor": "none",
        "font.family": ["DejaVu Sans", _chinese_family()],
        "font.size": 9.5,
        "grid.alpha": 0.18,
        "grid.color": INK,
        "grid.linewidth": 0.7,
        "legend.frameon": False,
        "legend.fontsize": 9,
        "lines.linewidth": 2,
        "patch.linewidth": 0,
        "svg.fonttype": "none",
        "svg.hashsalt": "bank-assessment",
        "text.color": INK,
        "text.parse_math": False,
        "xtick.color": INK,
        "ytick.color": INK,
        "xtick.labelsize": 9,
        "ytick.labelsize": 9,
    }


def canvas(*, height_inches: float = 3.4, panels: int = 1) -> tuple[Figure, list[Axes]]:
    """Make an empty figure of the page's width with `panels` axes side by side.

    Examples
    --------
    >>> figure, axes = canvas(panels=2)
    >>> len(axes)
    2
    """
    figure = Figure(figsize=(WIDTH_INCHES, height_inches), layout="constrained")
    return figure, [figure.add_subplot(1, panels, i + 1) for i in range(panels)]
