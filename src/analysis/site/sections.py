"""The story of a page: Markdown headings, and what was published under each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analysis.publish.payload import (
    AnyPayload,
    PublishedFigure,
    PublishedFinding,
    PublishedGap,
    PublishedTable,
)
from analysis.text import LANGUAGES, Language

_HEADING = re.compile(r"(#{1,2})\s+(.+?)\s*#*")
_FENCE = re.compile(r"\s{0,3}(```|~~~)")


@dataclass(frozen=True, slots=True)
class Prose:
    """Markdown text without its section heading."""

    source: str


Block = Prose | PublishedFinding | PublishedFigure | PublishedTable | PublishedGap
_SHOWN = PublishedFinding | PublishedFigure | PublishedTable | PublishedGap


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One question of the report and its answer.

    Attributes
    ----------
    heading : str
        Plain text.
    blocks : tuple of Prose, PublishedFinding, PublishedFigure, PublishedTable or PublishedGap
    """

    heading: str
    blocks: tuple[Block, ...]


def collect_sections(
    cells: Iterable[tuple[Mapping[str, Any], Sequence[AnyPayload]]], language: Language
) -> tuple[str, tuple[Section, ...]]:
    """Tell a notebook's story in one language.

    Parameters
    ----------
    cells : iterable of (cell, payloads)
        Cells in the notebook's order, each with what it published.
    language : {"en", "zh"}
        Markdown cells tagged with another language only are left out.

    Returns
    -------
    introduction : str
        Markdown that stands before the first section, without the title.
    sections : tuple of Section
        Sections with nothing to read are left out.
    """
    introduction: list[str] = []
    sections: list[tuple[str, list[Block]]] = []
    for told in _tell(cells, language):
        if isinstance(told, str):
            sections.append((told, []))
        elif sections:
            sections[-1][1].append(told)
        elif isinstance(told, Prose):
            introduction.append(told.source)
        else:
            sections.append(("", [told]))
    return "\n\n".join(introduction), tuple(
        Section(heading=heading, blocks=tuple(blocks)) for heading, blocks in sections if blocks
    )


def _tell(
    cells: Iterable[tuple[Mapping[str, Any], Sequence[AnyPayload]]], language: Language
) -> Iterator[str | Block]:
    """Go through the notebook: the headings of sections, and what stands under them."""
    for cell, payloads in cells:
        if cell.get("cell_type") == "markdown" and _speaks(cell, language):
            for level, heading, body in split_headings(_source(cell)):
                if level == 2:
                    yield heading
                if body:
                    yield Prose(body)
        for payload in payloads:
            if isinstance(payload, _SHOWN):
                yield payload


def _speaks(cell: Mapping[str, Any], language: Language) -> bool:
    """Whether a Markdown cell belongs on the page of `language`; untagged ones always do."""
    tags = set(cell.get("metadata", {}).get("tags", ())) & set(LANGUAGES)
    return not tags or language in tags


def _source(cell: Mapping[str, Any]) -> str:
    source = cell.get("source", "")
    return source if isinstance(source, str) else "".join(source)


def split_headings(source: str) -> Iterator[tuple[int, str, str]]:
    r"""Cut Markdown at its headings of the first two levels.

    Parameters
    ----------
    source : str
        Markdown; ``#`` inside fenced code is no heading.

    Yields
    ------
    level : int
        0 for text before the first heading.
    heading : str
    body : str
        Markdown up to the next such heading, without blank lines around it.

    Examples
    --------
    >>> list(split_headings("# Life cycle\n\n## Who leaves?\nText.\n### Detail"))
    [(1, 'Life cycle', ''), (2, 'Who leaves?', 'Text.\n### Detail')]
    """
    level, heading, body, fenced = 0, "", list[str](), False
    for line in source.splitlines():
        fenced ^= bool(_FENCE.match(line))
        found = None if fenced else _HEADING.fullmatch(line)
        if found is None:
            body.append(line)
            continue
        if level or "".join(body).strip():
            yield level, heading, "\n".join(body).strip("\n")
        level, heading, body = len(found[1]), found[2], []
    if level or "".join(body).strip():
        yield level, heading, "\n".join(body).strip("\n")
