"""Why an estimator refused, said to a reader of the page in both languages."""

from __future__ import annotations

from analysis.errors import EstimationError
from analysis.text import Message, message

_REASONS: tuple[tuple[str, Message], ...] = (
    (
        "margins that cannot be met",
        message("The population margins cannot be met by those who answered."),
    ),
    ("weights that explode", message("No weights within the limit meet the population margins.")),
    (
        "single first-stage unit",
        message("A stratum has a single first-stage unit, so that no error can be stated."),
    ),
    ("one answer", message("A group has a single answer.")),
    ("coded both ways", message("A scale holds questions that are coded both ways.")),
    ("wrong sign", message("A higher price makes a choice likelier.")),
    (
        "interval includes zero",
        message("Whether a higher price makes a choice less likely is in doubt."),
    ),
    ("without variation", message("Answers or alternatives do not vary.")),
    ("told apart", message("Parts of what was shown always go together.")),
    ("follows from the others", message("One question follows from the others.")),
    ("settle", message("What was asked decides every answer.")),
    ("too short", message("The series is too short.")),
    ("too few", message("There are too few answers for the method.")),
)
_OTHER = message("The data cannot bear the method.")


def refusal(refused: EstimationError) -> Message:
    """Say why an estimator refused, by the first of its problems that is known.

    Examples
    --------
    >>> from analysis.errors import Problem
    >>> refusal(EstimationError(Problem(what="one answer in a cell"))).pattern
    'A group has a single answer.'
    """
    for problem in refused.problems:
        for words, reason in _REASONS:
            if words in problem.what:
                return reason
    return _OTHER
