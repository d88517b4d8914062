"""What went wrong, said so that the user can act on it; one exit code per kind.

Every error carries one or more `Problem`: what was looked at, what was found,
what is needed and what to do next. A problem names tables, columns, rules and
counts, never a customer's value.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum


class ExitCode(IntEnum):
    """What the command line returns; documented in ``docs/exit-codes.md``."""

    DONE = 0
    INTERNAL = 1
    PARAMETERS = 2
    DATA = 3
    REPORTS = 4
    DISCLOSURE = 5
    OUTPUT = 6
    REVIEW = 7
    ALTERED = 8
    LOG = 9
    SIGNATURE = 10
    DERIVED = 11
    INTERRUPTED = 130


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong.

    Attributes
    ----------
    what : str
        What is wrong, in a clause: ``unknown report 'lifecycel'``.
    found : str
        What was found, empty where `what` says it already.
    needed : str
        What is needed instead.
    next_step : str
        What the user does next.
    where : str
        ``params/sample.yaml:12:5``, a table and column, or empty.
    """

    what: str
    found: str = ""
    needed: str = ""
    next_step: str = ""
    where: str = ""

    def __str__(self) -> str:
        head = f"{self.where}: {self.what}" if self.where else self.what
        detail = ", ".join(
            part
            for part in (
                f"found {self.found}" if self.found else "",
                f"need {self.needed}" if self.needed else "",
            )
            if part
        )
        text = f"{head}: {detail}." if detail else f"{head}."
        return f"{text} {self.next_step}".rstrip()


class AssessmentError(Exception):
    """A failure that the user can act on.

    Parameters
    ----------
    problems : Problem or iterable of Problem
        All that is wrong, at least one.

    Examples
    --------
    >>> raise EstimationError(Problem(
    ...     what="too few customers in arm 'holdout'", found="12", needed="30 per arm",
    ...     next_step="Widen the campaign window or pool segments."))
    Traceback (most recent call last):
        ...
    analysis.errors.EstimationError: too few customers in arm 'holdout': \
found 12, need 30 per arm. Widen the campaign window or pool segments.
    """

    exit_code: ExitCode = ExitCode.INTERNAL

    def __init__(self, problems: Problem | Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = (
            (problems,) if isinstance(problems, Problem) else tuple(problems)
        )
        if not self.problems:
            raise ValueError("an AssessmentError needs at least one problem")
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def __reduce__(self) -> tuple[type[AssessmentError], tuple[tuple[Problem, ...]]]:
        return type(self), (self.problems,)


class ParameterError(AssessmentError):
    """A run file, a parameter or a command line is wrong."""

    exit_code = ExitCode.PARAMETERS


class DataError(AssessmentError):
    """A source cannot be read, or does not hold what the contract asks for."""

    exit_code = ExitCode.DATA


class EstimationError(AssessmentError):
    """An estimator was asked for a case that it does not support."""

    exit_code = ExitCode.REPORTS


class ReportError(AssessmentError):
    """A report failed to run or to render."""

    exit_code = ExitCode.REPORTS


class DisclosureError(AssessmentError):
    """Something was to be published that could identify a person."""

    exit_code = ExitCode.DISCLOSURE


class OutputError(AssessmentError):
    """The output folder cannot be written, or another run is writing it."""

    exit_code = ExitCode.OUTPUT


class ReviewError(AssessmentError):
    """A decision on a report may not be entered into its log of review."""

    exit_code = ExitCode.REVIEW
