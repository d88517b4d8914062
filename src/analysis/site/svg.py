"""Makes matplotlib's SVG fit for a page: safe, unique, themed and described.

A page's policy forbids inline styles, so declarations become presentation
attributes. What is not known to be harmless is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from markupsafe import Markup, escape

from analysis.errors import Problem, ReportError
from analysis.publish.palette import INK
from analysis.visible import clean_text

_SVG = "{http://www.w3.org/2000/svg}"
_XLINK_HREF = "{http://www.w3.org/1999/xlink}href"

_ELEMENTS = frozenset(
    "svg g defs path rect circle ellipse line polyline polygon text tspan use clipPath "  # noqa: SIM905 - reads better than a list
    "pattern linearGradient radialGradient stop marker mask image".split()
)
_GEOMETRY = frozenset(
    "id href d x y x1 y1 x2 y2 cx cy r rx ry fx fy width height points transform viewBox "  # noqa: SIM905 - reads better than a list
    "dx dy offset preserveAspectRatio patternUnits patternContentUnits patternTransform "
    "gradientUnits gradientTransform clipPathUnits maskUnits markerWidth markerHeight "
    "markerUnits orient refX refY textLength lengthAdjust".split()
)
_PAINT = frozenset(
    "fill fill-opacity fill-rule stroke stroke-width stroke-opacity stroke-linecap "  # noqa: SIM905 - reads better than a list
    "stroke-linejoin stroke-miterlimit stroke-dasharray stroke-dashoffset opacity "
    "clip-path clip-rule color font-size font-style font-weight text-anchor "
    "dominant-baseline letter-spacing stop-color stop-opacity visibility display mask "
    "marker-start marker-mid marker-end image-rendering".split()
)
_REFERENCE = re.compile(r"url\(\s*['\"]?#([^'\")\s]+)['\"]?\s*\)")
_RASTER = re.compile(r"data:image/(png|jpeg);base64,[A-Za-z0-9+/=\s]*")
_FONT = re.compile(
    r"(?:(?P<style>italic|oblique)\s+)?(?:(?P<weight>bold|bolder|lighter|\d{3})\s+)?"
    r"(?P<size>[\d.]+px)(?:/\S+)?\s+.+"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """One figure, ready for a page and ready as a file.

    Attributes
    ----------
    inline : Markup
        ``<svg>`` for an HTML page: as wide as its column, in the page's text colour.
    standalone : str
        A whole SVG file with its own size and colours.
    """

    inline: Markup
    standalone: str


def prepare_picture(svg: str, *, name: str, title: str, description: str) -> Picture:
    """Make a safe picture of matplotlib's SVG.

    Parameters
    ----------
    svg : str
        An SVG document with or without XML head.
    name : str
        Plain and unique on the page: ids start with it.
    title : str
        The figure's short name, such as ``Figure 1``.
    description : str
        The alternative text.

    Returns
    -------
    Picture

    Raises
    ------
    ReportError
        If `svg` is not well-formed, declares entities, or has no size.

    Examples
    --------
    >>> picture = prepare_picture(
    ...     '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 4">'
    ...     '<path style="fill: red" d="M 0 0" onload="x()"/><script/></svg>',
    ...     name="stages", title="Figure 1", description="Most are stable.")
    >>> "onload" in picture.inline or "script" in picture.inline
    False
    """
    root = _parse(svg, name)
    width, height = _size(root, name)
    head = (
        f'<title id="{name}-title">{escape(clean_text(title))}</title>'
        f'<desc id="{name}-desc">{escape(clean_text(description))}</desc>'
    )
    shared = (
        f'viewBox="0 0 {width:g} {height:g}" role="img" '
        f'aria-labelledby="{name}-title {name}-desc" '
        'stroke-linejoin="round" stroke-linecap="butt"'
    )
    body = "".join(_write(child, _Ids(name, _referenced(root))) for child in root)
    return Picture(
        inline=Markup(f'<svg {shared} fill="currentColor">{head}{body}</svg>'),  # noqa: S704
        standalone=(
            '<?xml version="1.0" encoding="utf-8"?>\n<svg xmlns="http://www.w3.org/2000/svg" '
            f'width="{width:g}pt" height="{height:g}pt" {shared} color="{INK}" '
            f'fill="currentColor" font-family="sans-serif">{head}{body}</svg>\n'
        ),
    )


@dataclass(frozen=True, slots=True)
class _Ids:
    """Gives the ids of one figure: only those that something refers to."""

    prefix: str
    used: frozenset[str]

    def rename(self, identifier: str) -> str:
        return f"{self.prefix}-{identifier}"


def _parse(svg: str, name: str) -> Element:
    try:
        root: Element = fromstring(svg)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise ReportError(
            Problem(
                what=f"the figure {name!r} is not a well-formed, self-contained SVG",
                found=type(error).__name__,
                next_step="Draw it with matplotlib through the report's `figure`.",
            )
        ) from error
    return root


def _size(root: Element, name: str) -> tuple[float, float]:
    """Read the picture's size from its view box."""
    parts = root.get("viewBox", "").replace(",", " ").split()
    try:
        left, top, width, height = (float(part) for part in parts)
    except ValueError:
        left = top = width = height = -1.0
    if root.tag != f"{_SVG}svg" or (left, top) != (0, 0) or min(width, height) <= 0:
        raise ReportError(
            Problem(
                what=f"the figure {name!r} has no usable size",
                found=f"viewBox {root.get('viewBox', '')!r}",
                needed="an SVG with a view box that starts at 0 0",
            )
        )
    return width, height


def _referenced(root: Element) -> frozenset[str]:
    """Collect the ids that something in the picture refers to."""
    found = set[str]()
    for element in root.iter():
        for value in element.attrib.values():
            found.update(_REFERENCE.findall(value))
        link = element.get(_XLINK_HREF, element.get("href", ""))
        if link.startswith("#"):
            found.add(link[1:])
    return frozenset(found)


def _write(element: Element, ids: _Ids) -> str:
    """Write an element and what is in it; nothing where the element is not allowed."""
    tag = element.tag.removeprefix(_SVG) if isinstance(element.tag, str) else ""
    if tag not in _ELEMENTS:
        return ""
    attributes = "".join(f' {name}="{escape(value)}"' for name, value in _attributes(element, ids))
    text = element.text if tag in {"text", "tspan"} else None
    inner = str(escape(clean_text(text or "")))
    for child in element:
        inner += _write(child, ids)
        if tag in {"text", "tspan"}:
            inner += str(escape(clean_text(child.tail or "")))
    if not inner and tag in {"g", "defs"}:
        return ""
    return f"<{tag}{attributes}>{inner}</{tag}>" if inner else f"<{tag}{attributes}/>"


def _attributes(element: Element, ids: _Ids) -> Iterator[tuple[str, str]]:
    """Give an element's harmless attributes; its style's declarations win, as in CSS."""
    found: dict[str, str] = {}
    for raw, value in element.attrib.items():
        name = "href" if raw == _XLINK_HREF else raw
        if name in _GEOMETRY or name in _PAINT:
            found[name] = value
    found.update(_declarations(element.get("style", "")))
    for name, value in found.items():
        kept = _keep(name, " ".join(value.split()), ids)
        if kept is not None:
            yield name, kept


def _declarations(style: str) -> dict[str, str]:
    """Read ``style``; families are left out, since the page has its own."""
    found: dict[str, str] = {}
    for declaration in style.split(";"):
        name, _, value = (part.strip() for part in declaration.partition(":"))
        if name == "font" and (font := _FONT.fullmatch(value)):
            parts = {f"font-{key}": part for key, part in font.groupdict().items()}
            found.update({key: part for key, part in parts.items() if part})
        elif name in _PAINT:
            found[name] = value
    return found


def _keep(name: str, value: str, ids: _Ids) -> str | None:
    """Give an attribute's value as it may stand on the page, or None."""
    if name == "id":
        return ids.rename(value) if value in ids.used else None
    if name == "href":
        if value.startswith("#"):
            return f"#{ids.rename(value[1:])}"
        return value if _RASTER.fullmatch(value) else None
    value = _REFERENCE.sub(lambda found: f"url(#{ids.rename(found[1])})", value)
    outside = _REFERENCE.sub("", value)
    if "(" in outside and name != "transform" and not re.fullmatch(r"rgba?\([\d.,% ]+\)", outside):
        return None
    if "transform" in name.lower() and not re.fullmatch(r"[a-zA-Z0-9(),. +\-]*", outside):
        return None
    return "currentColor" if value.casefold() == INK else value
