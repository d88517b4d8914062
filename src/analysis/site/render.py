"""Renders an executed notebook as the reviewer's page; the only module that knows nbconvert."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import Any, Self

import nbformat
from jinja2 import Environment
from markupsafe import Markup, escape
from nbconvert.exporters.templateexporter import TemplateExporter
from nbconvert.filters import Highlight2HTML
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from analysis.publish.payload import (
    Localised,
    PublishedCheck,
    PublishedFigure,
    PublishedFinding,
    PublishedTable,
)
from analysis.results import CheckStatus
from analysis.site.changes import Changes, list_changes
from analysis.site.downloads import (
    figure_file,
    figure_table_name,
    list_tables,
    table_file,
    write_audit,
    write_csv,
    write_results,
)
from analysis.site.glyphs import subset_font
from analysis.site.lineage import lineage_template, trace_record, write_lineage
from analysis.site.marks import write_marks
from analysis.site.page import (
    Head,
    compose_page,
    prepare_environment,
    write_bytes,
    write_text,
)
from analysis.site.prose import sanitise_prose
from analysis.site.provenance import Group, list_provenance, read_manifest
from analysis.site.reader import Reader
from analysis.site.record import ReportRecord, collect_record, load_notebook
from analysis.site.review import UNREVIEWED, draw_review, review_characters, review_template
from analysis.site.sections import Section
from analysis.site.svg import Picture, prepare_picture
from analysis.site.templates import asset_loader, compile_with_parts
from analysis.site.trend import EarlierPeriod, draw_trends, read_history
from analysis.site.workbook import workbook_file, write_workbook
from analysis.text import LANGUAGES, Language
from analysis.visible import clean_text

_TEMPLATE = "report.html.j2"
_CHECK_ORDER = (CheckStatus.FAILED, CheckStatus.PASSED, CheckStatus.INFORMATIONAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """All that the template shows of one report in one language.

    Attributes
    ----------
    siblings : tuple of (language, file)
        The page in each language; empty where there is one only.
    home : str
        The index of the run.
    places : mapping of str to int
        The number of the section in which each finding stands.
    review, review_type : Markup, str
        What it says of its review, and the characters that this may need one day.
    numbers : mapping of str to int
        The number of each ``figure:NAME`` and ``table:NAME``, in the page's order.
    trends : mapping of str to Markup
        The course of each metric over the periods; empty for one that has no earlier.
    changes : Changes or None
        Against the report of the period before; None where there is none.
    gap_sections : mapping of str to Localised
        Where each gap stands.
    tally : mapping of str to int
        How many checks came out in which way.
    """

    language: Language
    head: Head
    record: ReportRecord
    introduction: str
    sections: tuple[Section, ...]
    headlines: tuple[PublishedFinding, ...]
    checks: tuple[PublishedCheck, ...]
    tally: Mapping[str, int]
    places: Mapping[str, int]
    numbers: Mapping[str, int]
    pictures: Mapping[str, Picture]
    siblings: tuple[tuple[Language, str], ...]
    home: str
    trends: Mapping[str, Markup]
    changes: Changes | None
    gap_sections: Mapping[str, Localised]
    provenance: tuple[Group, ...]
    review: Markup
    review_type: str
    has_manifest: bool

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        """Give itself: nbconvert copies all that it hands to a template, several times."""
        return self


def render_report(folder: Path) -> None:
    """Write the pages of a report and the files beside them.

    Parameters
    ----------
    folder : Path
        Holds ``notebook.ipynb``, executed, and perhaps ``manifest.json``. It
        receives ``report.LANGUAGE.html``, ``results.json``,
        ``disclosure.json``, ``tables.LANGUAGE.xlsx``, ``tables/NAME.LANGUAGE.csv``,
        ``figures/NAME.LANGUAGE.svg``, and the page of origins: the same bytes whenever
        it is rendered. With ``history.json``, what the report said in earlier periods,
        key figures show their course.

    Raises
    ------
    ReportError
        If the notebook holds no whole report; see `analysis.site.record`.
    """
    notebook = load_notebook(folder / "notebook.ipynb")
    record = collect_record(notebook, where="notebook.ipynb")
    sources = _Sources(
        manifest=read_manifest(folder / "manifest.json"),
        history=read_history(folder / "history.json"),
    )
    tables = list_tables(record)
    lineage = trace_record(notebook, record, sources.manifest)
    if lineage is not None:
        write_lineage(folder, lineage, record, sources.manifest)
    for language in record.header.languages:
        numbers = _number(record.sections[language])
        pictures = _draw(record, numbers, language)
        page = _page(record, sources, numbers, pictures, language)
        write_text(folder / f"report.{language}.html", _export(notebook, page))
        write_bytes(folder / workbook_file(language), write_workbook(record, numbers, language))
        for figure in record.figures:
            drawing = pictures[figure.name].standalone
            write_text(folder / figure_file(figure.name, language), drawing)
        for name, table in tables:
            write_text(folder / table_file(name, language), write_csv(table, language))
    results = write_results(record)
    write_text(folder / "results.json", results)
    write_text(folder / "disclosure.json", write_audit(results))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sources:
    """What lies beside the notebook."""

    manifest: Mapping[str, Any] | None
    history: tuple[EarlierPeriod, ...]


def _page(
    record: ReportRecord,
    sources: _Sources,
    numbers: Mapping[str, int],
    pictures: Mapping[str, Picture],
    language: Language,
) -> Callable[[Head], Page]:
    """Prepare a page but for its head, which depends on the characters it will use."""
    header, sections = record.header, record.sections[language]
    several = len(header.languages) > 1
    first = language == header.languages[0]

    def with_head(head: Head) -> Page:
        return Page(
            language=language,
            head=head,
            record=record,
            introduction=record.introductions[language],
            sections=sections,
            headlines=tuple(finding for finding in record.findings if finding.headline),
            checks=tuple(sorted(record.checks, key=lambda c: _CHECK_ORDER.index(c.status))),
            tally=Counter(check.status.value for check in record.checks),
            places=dict(_places(sections)),
            numbers=numbers,
            pictures=pictures,
            siblings=tuple((each, f"report.{each}.html") for each in header.languages)
            if several
            else (),
            home="../../index.html" if first else f"../../index.{language}.html",
            review=draw_review(UNREVIEWED, language),
            review_type=review_characters(language) if language == "zh" else "",
            trends=draw_trends(record, sources.history, language),
            changes=list_changes(record, sources.history, sources.manifest, Reader(language)),
            gap_sections={gap.name: gap.section for gap in record.gaps},
            provenance=list_provenance(header, sources.manifest, Reader(language)),
            has_manifest=sources.manifest is not None,
        )

    return with_head


def _places(sections: Iterable[Section]) -> Iterator[tuple[str, int]]:
    for number, section in enumerate(sections, start=1):
        for block in section.blocks:
            if isinstance(block, PublishedFinding):
                yield block.name, number


def _number(sections: Iterable[Section]) -> dict[str, int]:
    """Number figures and tables, each from 1, in the order of the page."""
    numbers: dict[str, int] = {}
    counts = Counter[str]()
    for section in sections:
        for block in section.blocks:
            if isinstance(block, PublishedFigure | PublishedTable):
                counts[block.kind] += 1
                numbers[f"{block.kind}:{block.name}"] = counts[block.kind]
    return numbers


def _draw(
    record: ReportRecord, numbers: Mapping[str, int], language: Language
) -> dict[str, Picture]:
    reader = Reader(language)
    return {
        figure.name: prepare_picture(
            figure.svg[language],
            name=f"drawing-{figure.name}",
            title=reader.say("figure", number=numbers[f"figure:{figure.name}"]),
            description=reader.read(figure.alt),
        )
        for figure in record.figures
    }


def _export(notebook: Mapping[str, Any], page: Callable[[Head], Page]) -> str:
    """Turn the notebook into HTML around the page that was read from it."""
    code = nbformat.from_dict({**notebook, "cells": list(_code_cells(notebook))})  # type: ignore[no-untyped-call]
    language = page(Head(policy="", style=Markup(), script=Markup())).language
    exporter = _exporter(language)

    def draw(head: Head) -> str:
        html, _ = exporter.from_notebook_node(code, resources={"page": page(head)})
        return html.strip() + "\n"

    return compose_page(draw, language)


def _code_cells(notebook: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Give the code cells for the appendix: numbered, without any output."""
    cells = (cell for cell in notebook["cells"] if cell.get("cell_type") == "code")
    for number, cell in enumerate(cells, start=1):
        source = cell.get("source", "")
        text = source if isinstance(source, str) else "".join(source)
        yield {
            "cell_type": "code",
            "execution_count": None,
            "id": f"code-{number}",
            "metadata": {"number": number},
            "outputs": [],
            "source": clean_text(text),
        }


class _ProseRenderer(IPythonRenderer):
    """nbconvert's Markdown: raw HTML and images as text, links within the page only."""

    def link(self, text: str, url: str, title: str | None = None) -> str:
        place = url if url.startswith("#") else ""
        return f'<a href="{escape(place)}">{text}</a>' if place else text

    def image(self, text: str, url: str, title: str | None = None) -> str:
        return str(escape(text))

    def block_code(self, code: str, info: str | None = None) -> str:
        return f"<pre><code>{escape(code)}</code></pre>"


def _render_prose(source: str) -> Markup:
    renderer = _ProseRenderer(escape=True, allow_harmful_protocols=False, exclude_anchor_links=True)
    return sanitise_prose(MarkdownWithMath(renderer=renderer).render(clean_text(source)))


@lru_cache(maxsize=512)
def _highlight(source: str) -> Markup:
    highlight = Highlight2HTML(pygments_lexer="python3")  # type: ignore[no-untyped-call]
    return Markup(highlight(source))  # noqa: S704


def get_ready() -> None:
    """Compile the templates of a report's pages; whoever forks afterwards has them."""
    for language in LANGUAGES:
        compile_with_parts(_exporter(language).environment, _TEMPLATE)
        for template in (lineage_template(language), review_template(language)):
            compile_with_parts(template.environment, str(template.name))
    for serif in (False, True):
        subset_font("", serif=serif)


@cache
def _exporter(language: Language) -> _PageExporter:
    """Give the exporter of a language; its templates are compiled once a process."""
    return _PageExporter(language)


class _PageExporter(TemplateExporter):
    """nbconvert with our template alone: nothing of it is fetched from anywhere."""

    output_mimetype = "text/html"

    def __init__(self, language: Language) -> None:
        self._language = language
        super().__init__(  # type: ignore[no-untyped-call]
            extra_loaders=[asset_loader()],
            template_name="base",
            template_file=_TEMPLATE,
            file_extension=".html",
            extra_template_basedirs=[],  # a folder that happens to lie around is no template
        )

    def _create_environment(self) -> Environment:
        environment: Environment = super()._create_environment()  # type: ignore[no-untyped-call]
        prepare_environment(environment, self._language)
        environment.filters.update(prose=_render_prose, listing=_highlight)
        environment.globals.update(
            table_file=partial(table_file, language=self._language),
            figure_file=partial(figure_file, language=self._language),
            figure_table_name=figure_table_name,
            marks=partial(write_marks, language=self._language),
            workbook_file=workbook_file(self._language),
        )
        return environment
