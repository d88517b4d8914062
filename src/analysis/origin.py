"""Where an error came from, without what it had in hand.

A traceback quotes data: the message of an error often holds the value that it is about, and
a line of source may hold a literal. Kept are files, line numbers, functions and types.
"""

from __future__ import annotations

import traceback


def describe_origin(error: BaseException) -> str:
    """Write an error's types and frames, those of what caused it first.

    Parameters
    ----------
    error : BaseException

    Returns
    -------
    str
        In the form of Python's own tracebacks; no message, no line of source, no locals.

    Examples
    --------
    >>> try:
    ...     int("C0012345")
    ... except ValueError as error:
    ...     print(describe_origin(error).splitlines()[-1])
    ValueError
    """
    chain: list[BaseException] = []
    link: BaseException | None = error
    while link is not None and link not in chain:
        chain.append(link)
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)
    return "\n".join(_describe(one) for one in reversed(chain))


def _describe(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__, limit=-100)
    lines = [f'  File "{frame.filename}", line {frame.lineno}, in {frame.name}' for frame in frames]
    inside = [
        f"  | {line}"
        for one in getattr(error, "exceptions", ())
        for line in _describe(one).splitlines()
    ]
    head = "Traceback (most recent call last):"
    return "\n".join([head, *lines, type(error).__name__, *inside]) + "\n"
