"""A key figure over the periods of a bank, as a small line."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape
from pydantic import BaseModel, ConfigDict, ValidationError

from analysis.errors import Problem, ReportError
from analysis.publish.payload import Localised, PublishedMetric
from analysis.site.reader import Reader
from analysis.site.record import ReportRecord
from analysis.text import Language

_WIDTH, _HEIGHT, _EDGE = 132.0, 36.0, 4.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A key figure in one period, as it was published then.

    Attributes
    ----------
    label : str
        The period.
    value, low, high : float or None
        None where it was withheld, or there was none.
    text : str
        As a reader saw it.
    """

    label: str
    value: float | None
    low: float | None
    high: float | None
    text: str


class EarlierMetric(BaseModel):
    """What of a metric the history keeps."""

    model_config = ConfigDict(frozen=True)

    value: float | None
    low: float | None
    high: float | None
    text: Localised


class EarlierPeriod(BaseModel):
    """What a report said of the same scope in an earlier period."""

    model_config = ConfigDict(frozen=True)

    period: str
    metrics: dict[str, EarlierMetric]
    report: dict[str, Any] | None = None
    """Of the run that is followed: what a comparison with its report looks at."""


def read_history(path: Path) -> tuple[EarlierPeriod, ...]:
    """Read ``history.json`` beside a notebook, the earliest period first; empty without it.

    Raises
    ------
    ReportError
        If the file does not hold what `analysis.proof.course.tell_history` writes.
    """
    if not path.is_file():
        return ()
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return tuple(EarlierPeriod.model_validate(period) for period in content)
    except (ValueError, TypeError, ValidationError) as error:
        raise ReportError(
            Problem(
                what="the report's earlier periods cannot be read",
                next_step="Run the report again.",
                where=path.name,
            )
        ) from error


def follow(
    metric: PublishedMetric, period: str, history: Sequence[EarlierPeriod], language: Language
) -> tuple[Point, ...]:
    """Give a metric's course: the earlier periods that have it, then this one."""
    points = [
        _point(each.period, each.metrics[metric.name], language)
        for each in history
        if metric.name in each.metrics
    ]
    return (*points, _point(period, metric, language))


def draw_trends(
    record: ReportRecord, history: Sequence[EarlierPeriod], language: Language
) -> dict[str, Markup]:
    """Draw the course of each of a report's metrics."""
    return {
        metric.name: draw_trend(
            follow(metric, record.header.period, history, language),
            label=Reader(language).read(metric.label),
        )
        for metric in record.metrics
    }


def _point(label: str, metric: Any, language: Language) -> Point:
    return Point(
        label=label,
        value=metric.value,
        low=metric.low,
        high=metric.high,
        text=str(metric.text.get(language, "")),
    )


def draw_trend(
    points: Sequence[Point], *, label: str, bounds: tuple[float, float] | None = None
) -> Markup:
    """Draw a course as a line with its intervals behind it.

    Parameters
    ----------
    points : sequence of Point
        In the order of time, evenly spaced; a point without value is a gap.
    label : str
        Names the picture for those who do not see it; the values are added.
    bounds : (float, float), optional
        Lowest and highest of the scale; by default those of the points.

    Returns
    -------
    Markup
        ``<svg>`` in the colour of its surroundings; empty with fewer than two values.

    Examples
    --------
    >>> one = Point(label="2025-Q4", value=1.0, low=None, high=None, text="1")
    >>> draw_trend([one], label="Customers")
    Markup('')
    """
    shown = [(n, point) for n, point in enumerate(points) if point.value is not None]
    if len(shown) < 2:
        return Markup()
    scale = _Scale(points, bounds)
    told = "; ".join(f"{point.label}: {point.text}" for point in points)
    name = f"{escape(label)} – {escape(told)}"
    box = f"0 0 {_WIDTH:g} {_HEIGHT:g}"
    parts = [f'<svg class="spark" viewBox="{box}" role="img" aria-label="{name}">']
    bands = [(n, p.low, p.high) for n, p in shown if p.low is not None and p.high is not None]
    for n, low, high in bands:
        x = scale.across(n)
        parts.append(
            f'<path class="spark-interval" d="M{x:.1f} {scale.up(low):.1f}V{scale.up(high):.1f}"/>'
        )
    line = " ".join(f"{scale.across(n):.1f},{scale.up(p.value or 0.0):.1f}" for n, p in shown)
    parts.append(f'<polyline class="spark-line" points="{line}"/>')
    for n, point in shown:
        last = " spark-last" if n == shown[-1][0] else ""
        place = f'cx="{scale.across(n):.1f}" cy="{scale.up(point.value or 0.0):.1f}"'
        name = escape(f"{point.label}: {point.text}")
        parts.append(
            f'<circle class="spark-point{last}" {place} r="2.25"><title>{name}</title></circle>'
        )
    return Markup("".join([*parts, "</svg>"]))  # noqa: S704 - each text is escaped above


class _Scale:
    """Places periods and values in the picture."""

    def __init__(self, points: Sequence[Point], bounds: tuple[float, float] | None) -> None:
        every = [v for p in points for v in (p.value, p.low, p.high) if v is not None]
        self._low, self._high = bounds or (min(every), max(every))
        self._steps = max(1, len(points) - 1)

    def across(self, position: int) -> float:
        return _EDGE + (_WIDTH - 2 * _EDGE) * position / self._steps

    def up(self, value: float) -> float:
        share = 0.5
        if self._high > self._low:
            share = (value - self._low) / (self._high - self._low)
        return _HEIGHT - _EDGE - (_HEIGHT - 2 * _EDGE) * share
