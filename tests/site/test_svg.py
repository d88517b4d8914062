import re
from xml.etree import ElementTree as ET

import pytest

from analysis.errors import ReportError
from analysis.publish.palette import INK
from analysis.site.svg import prepare_picture

NS = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'


def prepare(body, *, name="stages", title="Figure 1", description="Most are stable."):
    return prepare_picture(
        f'<svg {NS} viewBox="0 0 20 10">{body}</svg>',
        name=name,
        title=title,
        description=description,
    )


def inline(body, **options):
    return str(prepare(body, **options).inline)


@pytest.mark.parametrize(
    "body",
    [
        "<script>alert(1)</script>",
        "<foreignObject><p>alert</p></foreignObject>",
        "<style>@import url(//evil)</style>",
        '<a href="https://evil.example"><text>alert</text></a>',
        '<animate attributeName="href" to="alert"/>',
        '<set attributeName="onload" to="alert"/>',
        '<image href="https://evil.example/alert.png"/>',
        '<image href="data:image/svg+xml;base64,alert"/>',
        '<use href="https://evil.example/alert.svg#x"/>',
        '<path d="M0 0" onload="alert(1)"/>',
        '<path d="M0 0" style="fill: url(https://evil.example/alert)"/>',
        '<path d="M0 0" fill="url(\'javascript:alert(1)\')"/>',
        '<path d="M0 0" style="background: url(alert)"/>',
        '<path d="M0 0" class="alert"/>',
        "<!-- alert -->",
        '<metadata><x xmlns="urn:alert">alert</x></metadata>',
    ],
)
def test_what_could_act_or_fetch_is_left_out(body):
    drawn = prepare(body)
    for text in (drawn.inline, drawn.standalone):
        assert "alert" not in text
        assert "evil" not in text


def test_styles_become_presentation_attributes():
    drawn = inline(
        '<path d="M 0 0" style="fill: none; stroke: #2f6ea5; stroke-width: 0.8; cursor: pointer"/>'
    )
    assert '<path d="M 0 0" fill="none" stroke="#2f6ea5" stroke-width="0.8"/>' in drawn
    assert "style" not in drawn


def test_the_font_shorthand_is_taken_apart_and_the_family_left_to_the_page():
    drawn = inline("""<text style="font: italic 700 9.5px 'DejaVu Sans'">n</text>""")
    assert '<text font-style="italic" font-weight="700" font-size="9.5px">n</text>' in drawn
    long = inline("""<text style="font-size: 9px; font-family: 'Noto Sans SC'">n</text>""")
    assert '<text font-size="9px">n</text>' in long


def test_text_is_drawn_in_the_pages_ink():
    drawn = inline(f'<text fill="{INK}">n</text><path style="stroke: {INK.upper()}" d="M0 0"/>')
    assert 'fill="currentColor"' in drawn
    assert 'stroke="currentColor"' in drawn
    assert INK not in drawn.lower()


def test_a_file_of_its_own_has_a_colour_of_its_own():
    alone = prepare(f'<text fill="{INK}">n</text>').standalone
    assert f'color="{INK}"' in alone


def test_ids_are_the_figures_own_and_references_still_meet_them():
    body = (
        '<defs><clipPath id="p1"><rect width="1" height="1"/></clipPath><path id="m1" d="M0 0"/>'
        '</defs><g id="unused"><use xlink:href="#m1" style="clip-path: url(#p1)"/></g>'
    )
    drawn = inline(body, name="one")
    assert set(re.findall(r'id="([^"]+)"', drawn)) == {
        "one-title",
        "one-desc",
        "one-p1",
        "one-m1",
    }
    assert 'href="#one-m1"' in drawn
    assert 'clip-path="url(#one-p1)"' in drawn
    assert not set(re.findall(r'id="([^"]+)"', drawn)) & set(
        re.findall(r'id="([^"]+)"', inline(body, name="two"))
    )


def test_the_finding_is_told_to_those_who_do_not_see_it():
    drawn = inline('<path d="M0 0"/>', title='"T" <b>', description="a & b</desc><script>")
    assert 'role="img" aria-labelledby="stages-title stages-desc"' in drawn
    assert '<title id="stages-title">&#34;T&#34; &lt;b&gt;</title>' in drawn
    assert '<desc id="stages-desc">a &amp; b&lt;/desc&gt;&lt;script&gt;</desc>' in drawn


def test_text_is_escaped_and_cannot_turn_its_direction():
    drawn = inline("<text>&lt;script&gt; \u202eabc <tspan>x</tspan> tail</text>")
    assert "<text>&lt;script&gt; \ufffdabc <tspan>x</tspan> tail</text>" in drawn


def test_it_is_as_wide_as_its_column_and_keeps_its_proportions():
    picture = prepare('<path d="M0 0"/>')
    assert 'viewBox="0 0 20 10"' in picture.inline
    assert not re.search(r"<svg[^>]* width=", picture.inline)
    assert 'width="20pt" height="10pt"' in picture.standalone


def test_a_raster_inside_stays():
    pixel = "data:image/png;base64,iVBORw0KGgo="
    assert f'<image href="{pixel}" width="2"/>' in inline(f'<image href="{pixel}" width="2"/>')


@pytest.mark.parametrize(
    "svg",
    [
        "",
        "<svg",
        '<!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>',
        "<p>no picture</p>",
        '<svg xmlns="http://www.w3.org/2000/svg"/>',
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 0 0"/>',
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="a b c d"/>',
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="5 5 10 10"/>',
    ],
)
def test_what_is_no_picture_is_refused_by_the_figures_name(svg):
    with pytest.raises(ReportError, match="'stages'"):
        prepare_picture(svg, name="stages", title="", description="")


def test_matplotlibs_own_drawing_comes_through(make):
    svg = make.figure().svg["zh"]
    picture = prepare_picture(svg, name="stages", title="图 1", description="稳定客户最多。")
    root = ET.fromstring(picture.standalone.encode())  # noqa: S314 - our own output
    drawn = [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]
    assert {"新客户", "稳定", "衰退", "流失", "61.1%", "占客户的百分比"} <= set(drawn)
    assert "style=" not in picture.inline
    assert "http" not in picture.inline
    targets = set(re.findall(r'id="([^"]+)"', picture.inline))
    used = re.findall(r'href="#([^"]+)"|url\(#([^)]+)\)', picture.inline)
    assert {a or b for a, b in used} <= targets
