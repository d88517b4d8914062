"""Why an estimator refused, said to a reader of the page in both languages."""

from __future__ import annotations

from analysis.errors import EstimationError
from analysis.text import Message, message

_REASONS: tuple[tuple[str, Message], ...] = (
    ("no loss", message("Nobody was lost in the window that the method looks at.")),
    ("complete separation", message("One group has no loss at all to compare with the others.")),
    ("too few losses", message("There are too few losses for the method.")),
    ("too few customers", message("A group has too few customers for the method.")),
    ("no customer starts", message("A stage has no customers to learn from.")),
    ("too few", message("There are too few periods for the method.")),
    ("do not differ", message("The months that say what is ordinary do not differ at all.")),
    ("others determine", message("The groups cannot be told apart from each other.")),
)
_OTHER = message("The data cannot bear the method.")


def refusal(refused: EstimationError) -> Message:
    """Say why an estimator refused, by the first of its problems that is known.

    Examples
    --------
    >>> from analysis.errors import Problem
    >>> refusal(EstimationError(Problem(what="no loss in the window in group 'new'"))).pattern
    'Nobody was lost in the window that the method looks at.'
    """
    for problem in refused.problems:
        for words, reason in _REASONS:
            if words in problem.what:
                return reason
    return _OTHER
