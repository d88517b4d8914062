"""What moved a weighted index: each part's performance, its target, its weight, exactly."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from analysis.methods import Method
from analysis.stats.attainment import TargetScale, attained
from analysis.text import message

METHOD = Method(
    name=message("Exact split of a change in an index by part and cause"),
    citation=(
        "Bennet, T. L. (1920). The theory of measurement of changes in cost of living. J. Royal "
        "Statistical Society 83, 455-462 (averages over both orders, so that nothing is left)."
    ),
    assumptions=(
        message("The split is arithmetic: it says where the index moved, not why."),
        message("A part that is there at one date only is shown as such, not as performance."),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexPart:
    """One part of an index at one date: its value, its target and its weight."""

    value: float
    scale: TargetScale
    weight: float

    @property
    def points(self) -> float:
        """What it adds to the index, a fraction of it."""
        return self.weight * attained(self.value, self.scale)


@dataclass(frozen=True, slots=True, kw_only=True)
class PartChange:
    """How one part moved the index; the four causes add up to `total`.

    Attributes
    ----------
    key : str
    performance : float
        Its value moved.
    target : float
        Its target was set anew.
    weight : float
        Its weight was.
    coverage : float
        It is there at one of the dates only.
    total : float
        Fractions of the index.
    """

    key: str
    performance: float
    target: float
    weight: float
    coverage: float
    total: float


def split_change(
    before: Mapping[str, IndexPart], after: Mapping[str, IndexPart]
) -> tuple[PartChange, ...]:
    """Split the change of an index exactly.

    Parameters
    ----------
    before, after : mapping of str to IndexPart
        The parts that could be assessed at either date.

    Returns
    -------
    tuple of PartChange
        In the order of the keys; their totals add up to the change of the index.

    Notes
    -----
    Source: Bennet (1920): each cause is averaged over the orders in which the others change.

    Examples
    --------
    >>> scale = TargetScale(target_low=1.0, zero_low=0.0)
    >>> (found,) = split_change({"a": IndexPart(value=0.5, scale=scale, weight=0.4)},
    ...                         {"a": IndexPart(value=0.7, scale=scale, weight=0.4)})
    >>> round(found.performance, 3), found.weight, round(found.total, 3)
    (0.08, 0.0, 0.08)
    """
    return tuple(_split(key, before.get(key), after.get(key)) for key in sorted({*before, *after}))


def index_of(parts: Mapping[str, IndexPart]) -> float:
    """Add up what the parts give, the same in every order."""
    return math.fsum(part.points for part in parts.values())


def _split(key: str, old: IndexPart | None, new: IndexPart | None) -> PartChange:
    if old is None or new is None:
        moved = (new.points if new else 0.0) - (old.points if old else 0.0)
        return PartChange(
            key=key, performance=0.0, target=0.0, weight=0.0, coverage=moved, total=moved
        )
    a00, a11 = attained(old.value, old.scale), attained(new.value, new.scale)
    new_on_old, old_on_new = attained(new.value, old.scale), attained(old.value, new.scale)
    weight = (old.weight + new.weight) / 2
    return PartChange(
        key=key,
        performance=weight * ((new_on_old - a00) + (a11 - old_on_new)) / 2,
        target=weight * ((old_on_new - a00) + (a11 - new_on_old)) / 2,
        weight=(new.weight - old.weight) * (a00 + a11) / 2,
        coverage=0.0,
        total=new.points - old.points,
    )
