"""Cuts a font down to some characters, by HarfBuzz, for one page after the other."""

from __future__ import annotations

import io
from functools import cache
from typing import Any

import uharfbuzz
from fontTools.ttLib import TTFont

_KEPT_NAMES = (0, 1, 2, 6, 13, 14)
"""What of the font's names stays: with the licence."""

_DROPPED = ("BASE", "DSIG", "GDEF", "GPOS", "GSUB", "VORG", "vhea", "vmtx")
"""Tables for vertical text, other forms of a character, and signatures."""

_HOW = (
    uharfbuzz.SubsetFlags.NO_HINTING
    | uharfbuzz.SubsetFlags.DESUBROUTINIZE  # larger, and smaller once it is packed
    | uharfbuzz.SubsetFlags.NO_LAYOUT_CLOSURE
    | uharfbuzz.SubsetFlags.NO_BIDI_CLOSURE
)


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
    wanted = uharfbuzz.SubsetInput()
    wanted.flags = _HOW
    wanted.unicode_set.update(ord(character) for character in characters)
    wanted.name_id_set.clear()
    wanted.name_id_set.update(_KEPT_NAMES)
    wanted.drop_table_tag_set.update(int.from_bytes(tag.encode()) for tag in _DROPPED)
    return _pack(uharfbuzz.subset(_face(serif=serif), wanted).blob.data)


def _pack(font: bytes) -> bytes:
    packed = TTFont(io.BytesIO(font), recalcTimestamp=False, recalcBBoxes=False)
    packed.flavor = "woff"
    buffer = io.BytesIO()
    packed.save(buffer, reorderTables=None)
    return buffer.getvalue()


@cache
def _face(*, serif: bool) -> Any:
    """Open a whole font; its 20 MB stay in the file, from where HarfBuzz reads glyphs."""
    import pylopdf_fonts_zh_cn  # found when first needed

    path = pylopdf_fonts_zh_cn.serif_path() if serif else pylopdf_fonts_zh_cn.sans_path()
    return uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(path)))
