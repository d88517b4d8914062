"""Why an estimator refused, said to a reader of the page in both languages."""

from __future__ import annotations

from analysis.errors import EstimationError
from analysis.text import Message, message

_REASONS: tuple[tuple[str, Message], ...] = (
    ("no untreated", message("There is no untreated group to compare with.")),
    ("no treated", message("There is no treated group in this scope.")),
    ("treatment starts before", message("The incentive starts before the data.")),
    ("start", message("The incentive starts too early or too late in the data.")),
    ("too few clusters", message("There are fewer branches than the inference bears.")),
    ("no mass", message("The deciding value has too few on one side of the threshold.")),
    ("measured before the assignment", message("The outcome was measured before the assignment.")),
    ("earlier measure", message("The earlier measure reaches into the assignment.")),
    ("other incentives", message("Other incentives reached the same customers meanwhile.")),
    ("too few", message("A group is too small for the method.")),
    ("too different", message("Those with and without the incentive are too different.")),
    ("nothing was gained", message("Nothing was gained at the target.")),
    ("cannot be told from zero", message("The effect cannot be told from zero.")),
)
_OTHER = message("The data cannot bear the method.")


def refusal(refused: EstimationError) -> Message:
    """Say why an estimator refused, by the first of its problems that is known.

    Examples
    --------
    >>> from analysis.errors import Problem
    >>> refusal(EstimationError(Problem(what="no untreated group to compare with"))).pattern
    'There is no untreated group to compare with.'
    """
    for problem in refused.problems:
        for words, reason in _REASONS:
            if words in problem.what:
                return reason
    return _OTHER
