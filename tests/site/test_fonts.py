import base64
import io
import re

import pylopdf_fonts_zh_cn
import pytest
from fontTools.ttLib import TTFont

from analysis.site.fonts import SANS, SERIF, embed_fonts
from analysis.site.glyphs import _face, subset_font


def faces(css):
    """Give each font of the rules by its family."""
    found = re.findall(
        r'font-family:"([^"]+)";src:url\(data:font/woff;base64,([^)]+)\)[^}]*unicode-range:([^}]+)',
        css,
    )
    return {
        family: (TTFont(io.BytesIO(base64.b64decode(data))), set(points.split(",")))
        for family, data, points in found
    }


def characters(font):
    return {chr(point) for point in font.getBestCmap()}


def test_a_page_without_chinese_needs_no_font():
    assert embed_fonts("<h1>Café – “a” · b…</h1><p>中</p>".replace("中", ""), chinese=True) == ""


def test_the_page_gets_the_glyphs_that_it_uses_and_no_others():
    found = faces(embed_fonts("<p>客户, abc 1,2</p>", chinese=False))
    assert list(found) == [SANS]
    font, points = found[SANS]
    assert characters(font) == {"客", "户"}
    assert points == {"U+5BA2", "U+6237"}


def test_headings_and_display_type_are_set_in_the_serif():
    page = (
        '<h1>周<span>期</span></h1><h2>阶段</h2><p class="value display">万<br>亿</p>'
        "<svg><path d='M0 0'/><text>图</text></svg><p>文</p>"
    )
    found = faces(embed_fonts(page, chinese=False))
    assert characters(found[SERIF][0]) == set("周期阶段万亿")
    assert characters(found[SANS][0]) == set("周期阶段万亿图文")


def test_shared_punctuation_is_wide_on_a_chinese_page_only():
    page = "<p>“客户”</p>"
    assert characters(faces(embed_fonts(page, chinese=True))[SANS][0]) == set("“客户”")
    assert characters(faces(embed_fonts(page, chinese=False))[SANS][0]) == set("客户")


def test_what_a_script_may_show_is_there_too():
    page = '<p>客</p><button data-dark="深色"></button>'
    assert characters(faces(embed_fonts(page, chinese=True))[SANS][0]) == set("客深色")


def test_character_references_are_read():
    assert characters(faces(embed_fonts("<p>&#23458;</p>", chinese=True))[SANS][0]) == {"客"}


@pytest.mark.parametrize("serif", [False, True])
def test_the_same_characters_give_the_same_bytes(serif):
    _face.cache_clear()
    first = subset_font("中国银行", serif=serif)
    _face.cache_clear()
    assert subset_font("中国银行", serif=serif) == first


def test_what_was_cut_before_makes_no_difference():
    _face.cache_clear()
    alone = subset_font("银行", serif=False)
    subset_font("行客中", serif=False)
    assert subset_font("行银", serif=False) == alone


@pytest.mark.parametrize("serif", [False, True])
def test_a_glyph_is_drawn_as_in_the_whole_font(serif):
    from fontTools.pens.areaPen import AreaPen
    from fontTools.pens.boundsPen import BoundsPen

    part = TTFont(io.BytesIO(subset_font("银，中", serif=serif)))
    path = pylopdf_fonts_zh_cn.serif_path() if serif else pylopdf_fonts_zh_cn.sans_path()
    whole = TTFont(path, lazy=True)
    for character in "银，中":
        drawn = []
        for font in (part, whole):
            glyph = font.getGlyphSet()[font.getBestCmap()[ord(character)]]
            bounds, area = BoundsPen(None), AreaPen()
            glyph.draw(bounds)
            glyph.draw(area)
            drawn.append((bounds.bounds, round(area.value), glyph.width))
        assert drawn[0] == drawn[1]
    assert part["hhea"].ascent == whole["hhea"].ascent


def test_an_element_of_its_own_kind_does_not_end_display_type():
    page = '<div class="a display"><div>内</div>外</div>后<p class="displayed">非</p>'
    assert characters(faces(embed_fonts(page, chinese=True))[SERIF][0]) == set("内外")


def test_the_licence_stays_in_the_font():
    names = TTFont(io.BytesIO(subset_font("中", serif=False)))["name"]
    assert "SIL Open Font License" in names.getDebugName(13)


def test_a_character_that_the_font_lacks_is_left_out():
    font = TTFont(io.BytesIO(subset_font("中\U00020000\U0002ebe0", serif=False)))
    assert "中" in characters(font)
