"""Which characters would make a text read, or act, as something else?

Control characters move a terminal's cursor, and marks of direction turn what follows
them; a page, a terminal and a log show them as a replacement character instead.
"""

from __future__ import annotations

import re

_DECEPTIVE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)


def clean_text(text: str) -> str:
    r"""Make characters visible that would make a text read as something else.

    Examples
    --------
    >>> clean_text("abc\u202ecba") == "abc\ufffdcba"
    True
    >>> clean_text("\x1b[2Jgone") == "\ufffd[2Jgone"
    True
    """
    return _DECEPTIVE.sub("\ufffd", text)


def escape_deceptive(text: str) -> str:
    r"""Write the same characters as JSON escapes: the value stays what it is.

    Examples
    --------
    >>> escape_deceptive('"abc\u202ecba"')
    '"abc\\u202ecba"'
    """
    return _DECEPTIVE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
