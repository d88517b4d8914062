"""Which of several figures on one thing counts; what cannot be settled is refused."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from analysis.competitor_comparison.facts import Conflict, Doubt, Evidence
from analysis.errors import DataError, Problem

_MOST_SHOWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """A figure that a source states."""

    value: float
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """The figures that count, by subject, and the disagreements on the way."""

    kept: dict[tuple[str, ...], Stated]
    conflicts: tuple[Conflict, ...]


def settle(
    stated: Iterable[tuple[tuple[str, ...], Stated]], *, tolerance: float, where: str
) -> Settled:
    """Keep one figure a subject: the current before the old, then the more reliable source.

    Parameters
    ----------
    stated : iterable of (subject, Stated)
        The subject's first part is the institution.
    tolerance : float
        Figures that differ by no more than this fraction of the larger do not disagree.
    where : str
        The table, for the message.

    Raises
    ------
    DataError
        If two sources of equal reliability disagree; all such figures at once.
    """
    by_subject: dict[tuple[str, ...], list[Stated]] = {}
    for subject, figure in stated:
        by_subject.setdefault(subject, []).append(figure)
    kept, conflicts, unsettled = {}, [], []
    for subject in sorted(by_subject):
        candidates = _newest_of_each_source(by_subject[subject])
        best = candidates[0]
        kept[subject] = best
        for other in candidates[1:]:
            if not _differ(best.value, other.value, tolerance):
                continue
            if _standing(best)[:2] == _standing(other)[:2]:
                unsettled.append((subject, best, other))
            conflicts.append(_conflict(subject, best, other))
    if unsettled:
        raise DataError(_refusal(subject, a, b, where) for subject, a, b in unsettled[:_MOST_SHOWN])
    return Settled(kept=kept, conflicts=tuple(conflicts))


def _newest_of_each_source(figures: Sequence[Stated]) -> list[Stated]:
    newest: dict[str, Stated] = {}
    for figure in sorted(figures, key=lambda f: (f.evidence.observed_on, f.value)):
        newest[figure.evidence.source.key] = figure
    return sorted(newest.values(), key=lambda f: (_standing(f), f.evidence.source.key))


def _standing(figure: Stated) -> tuple[bool, int, float]:
    """Sort current before old, reliable before doubtful, new before older."""
    evidence = figure.evidence
    return (
        Doubt.OLD in evidence.doubts,
        -evidence.source.rank,
        -evidence.observed_on.toordinal(),
    )


def _differ(first: float, second: float, tolerance: float) -> bool:
    return abs(first - second) > tolerance * max(abs(first), abs(second))


def _conflict(subject: tuple[str, ...], kept: Stated, dropped: Stated) -> Conflict:
    old = Doubt.OLD in dropped.evidence.doubts and Doubt.OLD not in kept.evidence.doubts
    return Conflict(
        institution=subject[0],
        subject=subject[1:],
        kept=kept.value,
        dropped=dropped.value,
        kept_source=kept.evidence.source,
        dropped_source=dropped.evidence.source,
        reason="age" if old else "reliability",
    )


def _refusal(subject: tuple[str, ...], first: Stated, second: Stated, where: str) -> Problem:
    return Problem(
        what=f"two sources disagree on {' / '.join(part for part in subject if part)}",
        found=f"{first.value:g} from {first.evidence.source.key} and {second.value:g} from "
        f"{second.evidence.source.key}, of the same reliability",
        needed="one figure, or sources of different reliability",
        next_step="State the reliability of each in the table sources, or remove the wrong figure.",
        where=where,
    )
