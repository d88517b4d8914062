"""What has been drawn: a figure's points, bars and fields, and the words beside them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.collections import QuadMesh
from matplotlib.container import BarContainer

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure as Drawing
    from matplotlib.lines import Line2D

_NEAR_TICK = 0.45
"""How far from a tick, in data units, something still bears the tick's words."""
_EDGE = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One way to read what is drawn at a spot: a number, and where it is drawn.

    Attributes
    ----------
    value : float
    at : tuple of float
        Coordinates across the value's axis: a point's other coordinate, a bar's middle
        and edge.
    words : frozenset of str
        What the axis across it says there.
    title, across : str
        What the value's own axis is called, and the other one.
    """

    value: float
    at: tuple[float, ...] = ()
    words: frozenset[str] = frozenset()
    title: str = ""
    across: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A point, bar or field.

    Attributes
    ----------
    x, y : float
        In the axes' data coordinates.
    readings : tuple of Reading
    """

    x: float
    y: float
    readings: tuple[Reading, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Artist:
    """What one call has drawn.

    Attributes
    ----------
    axes : matplotlib axes
    spots : tuple of Spot
    words : frozenset of str
        What the legend says, and the titles of the panel and of the figure.
    """

    axes: Axes
    spots: tuple[Spot, ...]
    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Ticks:
    """The words along the axes of a panel, and the axes' titles."""

    x: tuple[tuple[float, str], ...]
    y: tuple[tuple[float, str], ...]
    x_title: str
    y_title: str

    @classmethod
    def of(cls, axes: Axes) -> _Ticks:
        return cls(_ticks(axes.xaxis), _ticks(axes.yaxis), axes.get_xlabel(), axes.get_ylabel())


def list_artists(drawing: Drawing) -> Iterator[Artist]:
    """List what a laid-out figure shows in the coordinates of its data, in drawing order.

    Lines of reference across a whole panel, bands and grids are not among it.
    """
    above = {each.get_text() for each in drawing.texts}
    for axes in drawing.axes:
        titles = {axes.get_title(loc) for loc in ("left", "center", "right")}
        ticks, around = _Ticks.of(axes), frozenset(above | titles)
        for container in axes.containers:
            if isinstance(container, BarContainer):
                yield _artist(axes, _bars(container, ticks), container.get_label(), around)
        for line in axes.get_lines():
            if line.get_transform() is axes.transData:
                yield _artist(axes, _points(line, ticks), line.get_label(), around)
        for mesh in axes.collections:
            if isinstance(mesh, QuadMesh):
                yield _artist(axes, _fields(mesh, ticks), "", around)


def place_of(drawing: Drawing, axes: Axes, spot: Spot) -> tuple[float, float] | None:
    """Give where a spot is in the picture: points (1/72 inch) from its upper left corner.

    Returns
    -------
    (float, float) or None
        None outside the panel, where nothing is drawn.
    """
    place = axes.transData.transform((spot.x, spot.y))
    across, up = axes.transAxes.inverted().transform(place)
    if not (-_EDGE <= across <= 1 + _EDGE and -_EDGE <= up <= 1 + _EDGE):
        return None
    across, up = drawing.transFigure.inverted().transform(place)
    width, height = (72.0 * float(inches) for inches in drawing.get_size_inches())
    return round(float(across) * width, 1), round((1 - float(up)) * height, 1)


def _artist(axes: Axes, spots: Iterator[Spot], label: object, around: frozenset[str]) -> Artist:
    name = "" if label is None or str(label).startswith("_") else str(label)
    return Artist(axes=axes, spots=tuple(spots), words=(around | {name}) - {""})


def _ticks(axis: Axis) -> tuple[tuple[float, str], ...]:
    texts = (each.get_text() for each in axis.get_ticklabels())
    return tuple(zip((float(at) for at in axis.get_majorticklocs()), texts, strict=False))


def _near(ticks: tuple[tuple[float, str], ...], at: float) -> frozenset[str]:
    distance, words = min(((abs(tick - at), text) for tick, text in ticks), default=(math.inf, ""))
    return frozenset({words} if words and distance < _NEAR_TICK else ())


def _points(line: Line2D, ticks: _Ticks) -> Iterator[Spot]:
    for x, y in np.asarray(line.get_xydata(), dtype=float).tolist():
        if math.isfinite(x) and math.isfinite(y):
            up, aside = ticks.y_title, ticks.x_title
            readings = (
                Reading(value=y, at=(x,), words=_near(ticks.x, x), title=up, across=aside),
                Reading(value=x, at=(y,), words=_near(ticks.y, y), title=aside, across=up),
            )
            yield Spot(x=x, y=y, readings=readings)


def _bars(bars: BarContainer, ticks: _Ticks) -> Iterator[Spot]:
    """Give each bar at its end, or in its middle where it stands upon another."""
    lies = bars.orientation == "horizontal"
    for bar in bars.patches:
        x, y, width, height = bar.get_x(), bar.get_y(), bar.get_width(), bar.get_height()
        value, start = (width, x) if lies else (height, y)
        if not math.isfinite(value):
            continue
        middle, edge = (y + height / 2, y) if lies else (x + width / 2, x)
        end = start + (value if start == 0 else value / 2)
        reading = Reading(
            value=value,
            at=(middle, edge),
            words=_near(ticks.y if lies else ticks.x, middle),
            title=ticks.x_title if lies else ticks.y_title,
        )
        yield Spot(x=end if lies else middle, y=middle if lies else end, readings=(reading,))


def _fields(mesh: QuadMesh, ticks: _Ticks) -> Iterator[Spot]:
    array = mesh.get_array()
    if array is None:
        return
    values = np.ma.masked_array(array, dtype=float).filled(math.nan)
    corners = np.asarray(mesh.get_coordinates(), dtype=float)
    middles = (corners[:-1, :-1] + corners[1:, 1:]) / 2
    values = values.reshape(middles.shape[:2])
    for place in np.ndindex(values.shape):
        value = float(values[place])
        if math.isfinite(value):
            x, y = (float(each) for each in middles[place])
            words = _near(ticks.x, x) | _near(ticks.y, y)
            yield Spot(x=x, y=y, readings=(Reading(value=value, words=words),))
