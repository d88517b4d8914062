"""The page that compares a run with the one it follows: each figure, and why it differs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from analysis.errors import AssessmentError
from analysis.proof.runs_compared import (
    ReportComparison,
    RunComparison,
    compare_runs,
    find_followed,
    languages_of,
)
from analysis.site.changes import (
    Row,
    anchor_of,
    describe_change,
    describe_factors,
    say_in,
    summarise,
)
from analysis.site.page import Head, compose_page, page_environment, write_text
from analysis.site.reader import Reader
from analysis.text import LANGUAGES, Language


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One report about one scope."""

    key: str
    title: str
    scope_title: str
    href: str
    only: str
    rows: tuple[Row, ...]
    summary: str
    factors: tuple[tuple[str, str], ...]
    missing: str


def write_comparison(run_folder: Path) -> bool:
    """Write ``comparison.LANGUAGE.html`` of a run that follows another.

    Parameters
    ----------
    run_folder : Path
        Holds ``status.json``. Pages of an earlier time are removed where it follows none.

    Returns
    -------
    bool
        Whether there is a page.
    """
    names = {language: f"comparison.{language}.html" for language in LANGUAGES}
    try:
        followed = find_followed(run_folder)
        compared = None if followed is None else compare_runs(followed, run_folder)
    except AssessmentError:
        compared = None  # the status of one of the runs cannot be read: there is nothing to say
    spoken = languages_of(compared.new) if compared else ()
    for language, name in names.items():
        if compared is not None and language in spoken:
            write_text(run_folder / name, _draw(compared, language))
        else:
            (run_folder / name).unlink(missing_ok=True)
    return bool(spoken)


def _draw(compared: RunComparison, language: Language) -> str:
    template = page_environment(language).get_template("comparison.html.j2")
    reader = Reader(language)
    groups = tuple(_group(each, reader) for each in compared.reports)
    spoken = languages_of(compared.new)

    def draw(head: Head) -> str:
        return template.render(
            head=head,
            language=language,
            title=say_in(compared.new["title"], language),
            old=compared.old,
            new=compared.new,
            home="index.html" if language == spoken[0] else f"index.{language}.html",
            siblings=tuple((each, f"comparison.{each}.html") for each in spoken)
            if len(spoken) > 1
            else (),
            groups=groups,
        )

    return compose_page(draw, language).strip() + "\n"


def _group(compared: ReportComparison, reader: Reader) -> Group:
    shown = compared.new or compared.old
    only = ""
    if compared.old is None or compared.new is None:
        only = reader.say("only_in_new" if compared.old is None else "only_in_old")
    return Group(
        key=anchor_of(compared.report, compared.scope),
        title=say_in(shown.title, reader.language) if shown else compared.report,
        scope_title=say_in(shown.scope_title, reader.language) if shown else compared.scope,
        href="",
        only=only,
        rows=tuple(describe_change(change, reader) for change in compared.changes),
        summary=summarise(compared.changes, reader),
        factors=tuple(describe_factors(compared.factors, reader)),
        missing=reader.say("rerun_missing", why=reader.plain("; ".join(compared.missing)))
        if compared.missing
        else "",
    )
