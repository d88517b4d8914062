"""Cuts a font down to some characters, again and again for one page after the other.

What takes long is to read a glyph out of the whole font: its outline is woven from
subroutines that thousands of others share. It is read once a process, without hints, and
kept as it will stand in every font that is made of it.
"""

from __future__ import annotations

import copy
import io
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from fontTools.fontBuilder import FontBuilder
from fontTools.misc.psCharStrings import T2CharString
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.ttLib import TTFont

_NOT_THERE = ".notdef"
_AS_THEY_ARE = ("head", "hhea", "OS/2", "post")
_NAMES = frozenset({0, 1, 2, 6, 13, 14})
"""What of the font's names stays: with the licence."""


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

    Examples
    --------
    >>> subset_font("银行", serif=True)[:4]
    b'wOFF'
    """
    return _source(serif=serif).cut(sorted(set(characters)))


class _Source:
    """A whole font, and the glyphs that were read out of it."""

    def __init__(self, path: Path) -> None:
        self._font = TTFont(path, lazy=True, recalcTimestamp=False, recalcBBoxes=False)
        self._names: dict[int, str] = self._font.getBestCmap()
        self._outlines: Any = self._font["CFF "].cff.topDictIndex[0].CharStrings
        self._read: dict[str, tuple[bytes, tuple[int, int]]] = {}
        self._kept = {tag: self._font[tag] for tag in _AS_THEY_ARE}
        self._kept["name"] = copy.deepcopy(self._font["name"])
        self._kept["name"].names = [
            record for record in self._kept["name"].names if record.nameID in _NAMES
        ]

    def cut(self, characters: Iterable[str]) -> bytes:
        """Give a font of some characters."""
        glyphs = {ord(c): self._names[ord(c)] for c in characters if ord(c) in self._names}
        order = [_NOT_THERE, *dict.fromkeys(glyphs.values())]
        builder: Any = FontBuilder(self._font["head"].unitsPerEm, isTTF=False)
        builder.font.recalcBBoxes = False
        builder.setupGlyphOrder(order)
        builder.setupCharacterMap(glyphs)
        outlines = {name: T2CharString(bytecode=self._glyph(name)[0]) for name in order}
        builder.setupCFF(str(self._kept["name"].getDebugName(6)), {}, outlines, {})
        builder.setupHorizontalMetrics({name: self._glyph(name)[1] for name in order})
        for tag, table in self._kept.items():
            builder.font[tag] = copy.deepcopy(table)
        builder.setupMaxp()
        builder.font.flavor = "woff"
        buffer = io.BytesIO()
        builder.font.save(buffer)
        return buffer.getvalue()

    def _glyph(self, name: str) -> tuple[bytes, tuple[int, int]]:
        """Give a glyph's outline by itself, and its width and left side."""
        if name not in self._read:
            metrics = self._font["hmtx"][name]
            pen = T2CharStringPen(metrics[0], None)
            self._outlines[name].draw(pen)
            outline: Any = pen.getCharString()
            outline.compile()
            self._read[name] = outline.bytecode, metrics
        return self._read[name]


@cache
def _source(*, serif: bool) -> _Source:
    import pylopdf_fonts_zh_cn  # 20 MB of fonts: found when first needed

    return _Source(pylopdf_fonts_zh_cn.serif_path() if serif else pylopdf_fonts_zh_cn.sans_path())
