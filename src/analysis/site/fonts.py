"""Chinese type inside the page: the glyphs that it uses and no others."""

from __future__ import annotations

import base64
import re
from functools import lru_cache
from html import unescape

from analysis.site.glyphs import subset_font

SANS = "Report Sans SC"
SERIF = "Report Serif SC"
DISPLAY_CLASS = "display"
"""Elements of this class, and headings, are set in the serif."""

_DISPLAY = re.compile(
    r"<(?P<heading>h1|h2)\b[^>]*>"
    rf'|<(?P<tag>[a-z][a-z0-9]*)\b[^>]* class="(?:[^"]* )?{DISPLAY_CLASS}(?: [^"]*)?"[^>]*>'
)
_NOT_READ = re.compile(r"<(script|style)\b[^>]*>.*?</\1>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_PUNCTUATION = frozenset("·—‘’“”…")
"""Shared with Latin type: wide in Chinese text, and only there."""


def embed_fonts(page: str, *, chinese: bool) -> str:
    """Give the ``@font-face`` rules that a page needs.

    Parameters
    ----------
    page : str
        HTML, complete but for the rules.
    chinese : bool
        The page's own language is Chinese, so that shared punctuation is set wide.

    Returns
    -------
    str
        CSS with the fonts inside; empty where the page has no Chinese character.

    Notes
    -----
    Type: Noto Sans SC and Noto Serif SC, SIL Open Font License 1.1.
    """
    read = _NOT_READ.sub("", page)
    # attributes as well: a script may show them
    every, display = set(unescape(read)), set(_read_display_type(read))
    extra = _PUNCTUATION if chinese else frozenset[str]()
    rules = []
    for family, serif, used in ((SANS, False, every), (SERIF, True, display)):
        wanted = "".join(sorted(c for c in used if _is_chinese(c) or c in extra))
        if any(_is_chinese(c) for c in wanted):
            rules.append(_font_face(family, wanted, serif=serif))
    return "\n".join(rules)


def _is_chinese(character: str) -> bool:
    point = ord(character)
    return (
        0x2E80 <= point <= 0x9FFF or 0xF900 <= point <= 0xFAFF or 0xFE30 <= point <= 0xFE4F
    ) or (0xFF00 <= point <= 0xFFEF or 0x20000 <= point <= 0x3FFFF)


def _read_display_type(page: str) -> str:
    """Give what stands in headings and in elements of the class for display."""
    inside = (page[found.end() : _end_of(page, found)] for found in _DISPLAY.finditer(page))
    return unescape(_TAG.sub("", "".join(inside)))


def _end_of(page: str, start: re.Match[str]) -> int:
    """Find where an element ends; others of its kind may lie in it."""
    tag = start["heading"] or start["tag"]
    depth = 1
    for found in re.compile(rf"<(/?){tag}\b").finditer(page, start.end()):
        depth += -1 if found[1] else 1
        if depth == 0:
            return found.start()
    return len(page)


@lru_cache(maxsize=64)
def _font_face(family: str, characters: str, *, serif: bool) -> str:
    data = base64.b64encode(subset_font(characters, serif=serif)).decode("ascii")
    points = ",".join(f"U+{ord(character):X}" for character in characters)
    return (
        f'@font-face{{font-family:"{family}";src:url(data:font/woff;base64,{data}) '
        f'format("woff");font-display:block;unicode-range:{points}}}'
    )
