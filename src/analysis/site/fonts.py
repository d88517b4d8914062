"""Chinese type inside the page: the glyphs that it uses and no others."""

from __future__ import annotations

import base64
import io
import re
from functools import lru_cache
from html.parser import HTMLParser
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

SANS = "Report Sans SC"
SERIF = "Report Serif SC"
DISPLAY_CLASS = "display"
"""Elements of this class, and headings, are set in the serif."""

_DISPLAY_TAGS = frozenset({"h1", "h2"})
_VOID = frozenset({"meta", "link", "br", "hr", "img", "input", "wbr", "col", "source"})
_ASCII_ATTRIBUTES = re.compile(
    r' (?:d|points|style|transform|clip-path|[xyr]|c[xy]|(?:xlink:)?href)="[ -!#-~\n]*"'
)
"""Of drawings: they hold no Chinese, and take long to take apart."""
_ASCII_REFERENCES = re.compile(r"&(?:amp|lt|gt|quot|#34|#39);")
"""What escaping writes: no Chinese either, and a parser reads them one by one."""
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
    text = _Text()
    text.feed(_ASCII_REFERENCES.sub("", _ASCII_ATTRIBUTES.sub("", page)))
    extra = _PUNCTUATION if chinese else frozenset[str]()
    rules = []
    for family, serif, used in ((SANS, False, text.all), (SERIF, True, text.display)):
        wanted = "".join(sorted(c for c in used if _is_chinese(c) or c in extra))
        if any(_is_chinese(c) for c in wanted):
            rules.append(_font_face(family, wanted, serif=serif))
    return "\n".join(rules)


def _is_chinese(character: str) -> bool:
    point = ord(character)
    return (
        0x2E80 <= point <= 0x9FFF or 0xF900 <= point <= 0xFAFF or 0xFE30 <= point <= 0xFE4F
    ) or (0xFF00 <= point <= 0xFFEF or 0x20000 <= point <= 0x3FFFF)


class _Text(HTMLParser):
    """Collects the characters of a page, and those set in display type."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.all: set[str] = set()
        self.display: set[str] = set()
        self._open: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for _, value in attrs:
            self.all.update(value or "")  # a script may show them
        if tag in _VOID:
            return
        classes = (dict(attrs).get("class") or "").split()
        inside = bool(self._open) and self._open[-1]
        self._open.append(inside or tag in _DISPLAY_TAGS or DISPLAY_CLASS in classes)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Pass over ``<path/>``: nothing is inside it."""

    def handle_endtag(self, tag: str) -> None:
        if tag not in _VOID and self._open:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if self.cdata_elem is not None:  # inside style or script
            return
        self.all.update(data)
        if self._open and self._open[-1]:
            self.display.update(data)


def _font_face(family: str, characters: str, *, serif: bool) -> str:
    data = base64.b64encode(subset_font(characters, serif=serif)).decode("ascii")
    points = ",".join(f"U+{ord(character):X}" for character in characters)
    return (
        f'@font-face{{font-family:"{family}";src:url(data:font/woff;base64,{data}) '
        f'format("woff");font-display:block;unicode-range:{points}}}'
    )


@lru_cache(maxsize=64)
def subset_font(characters: str, *, serif: bool) -> bytes:
    """Cut a font down to some characters.

    Parameters
    ----------
    characters : str
        Those that the font lacks are left out.
    serif : bool
        Noto Serif SC rather than Noto Sans SC.

    Returns
    -------
    bytes
        A WOFF file, the same for the same characters.
    """
    options = Options()
    options.layout_features = []
    options.hinting = False
    options.notdef_outline = True
    options.name_IDs = [0, 1, 2, 13, 14]  # the licence stays in the file
    options.recalc_timestamp = False
    options.drop_tables += ["BASE", "VORG", "vhea", "vmtx", "GPOS", "GSUB", "GDEF"]
    with TTFont(
        _font_path(serif=serif), lazy=True, recalcTimestamp=False, recalcBBoxes=False
    ) as font:
        subsetter = Subsetter(options)
        subsetter.populate(text=characters)
        subsetter.subset(font)
        font.flavor = "woff"
        buffer = io.BytesIO()
        font.save(buffer)
    return buffer.getvalue()


def _font_path(*, serif: bool) -> Path:
    import pylopdf_fonts_zh_cn  # 20 MB of fonts: found when first needed

    return pylopdf_fonts_zh_cn.serif_path() if serif else pylopdf_fonts_zh_cn.sans_path()
