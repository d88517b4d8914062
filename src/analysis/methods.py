"""How a result was computed, as the report's appendix prints it."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.text import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """A method, its source, and what must hold for its result to be right.

    Attributes
    ----------
    name : Message
        The field's name of the method.
    citation : str
        Author, year, title: printed as it is in every language.
    assumptions : tuple of Message
        One sentence each.

    Examples
    --------
    >>> from analysis.text import message
    >>> Method(
    ...     name=message("Wilson score interval"),
    ...     citation="Wilson, E. B. (1927). Probable inference. JASA 22, 209-212.",
    ... ).citation
    'Wilson, E. B. (1927). Probable inference. JASA 22, 209-212.'
    """

    name: Message
    citation: str
    assumptions: tuple[Message, ...] = ()
