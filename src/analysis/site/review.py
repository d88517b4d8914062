"""What a page says of its review, and keeping every page of a run in step with the logs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Template
from markupsafe import Markup

from analysis.locale.catalog import translate
from analysis.proof.digests import is_page, split_page
from analysis.proof.log import Entry, log_of, read_log
from analysis.proof.standing import Standing, State, read_standing
from analysis.site.page import page_environment
from analysis.site.reader import Reader
from analysis.site.review_words import REVIEW_WORDS
from analysis.text import LANGUAGES, Language, Message, Value

_FILES_SHOWN = 4
_KEY_SHOWN = 12
UNREVIEWED = Standing(state=State.NONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """One entry as the page lists it."""

    decision: str
    about: str
    reason: str
    who: str
    holds: bool


def draw_review(standing: Standing, language: Language, *, head: str = "") -> Markup:
    """Draw what a page says of its review.

    Parameters
    ----------
    standing : Standing
    language : {"en", "zh"}
    head : str
        The last link of the log's chain.

    Returns
    -------
    Markup
        For the place between the marks; the same for the same log and files.
    """
    reader = Reader(language)
    text = review_template(language).render(
        state=standing.state.value,
        sentence=_say_state(standing, reader),
        altered=_list_files(standing.altered, reader),
        entries=[
            _line(entry, entry in standing.holding, reader) for entry in reversed(standing.entries)
        ],
        head=head[:16],
    )
    return Markup(text.strip())  # noqa: S704 - escaped by the template


@cache
def review_template(language: Language) -> Template:
    """Compile the template of a review's place once a process."""
    return page_environment(language).get_template("review.html.j2")


def review_characters(language: Language) -> str:
    """Give every word that `draw_review` may say, so that a page holds the type for them."""
    return "".join(translate(word.pattern, language) for word in REVIEW_WORDS.values())


def _say_state(standing: Standing, reader: Reader) -> str:
    entry = standing.last
    if standing.state is State.BROKEN or entry is None:
        return reader.say(f"review_{standing.state}_means")
    return reader.say(
        "review_void_means" if standing.state is State.VOID else "review_by",
        name=reader.plain(entry.name),
        role=reader.plain(entry.role),
        day=entry.at.date(),
    )


def _list_files(names: tuple[str, ...], reader: Reader) -> str:
    shown = reader.plain(", ".join(names[:_FILES_SHOWN]))
    more = len(names) - _FILES_SHOWN
    return reader.say("review_and_more", files=shown, n=more) if more > 0 else shown


def _line(entry: Entry, holds: bool, reader: Reader) -> _Line:
    about = (
        reader.say("review_whole")
        if entry.section is None
        else reader.say("review_section", number=entry.section)
    )
    who: dict[str, Value | Message] = {
        "name": reader.plain(entry.name),
        "role": reader.plain(entry.role),
        "day": entry.at.date(),
        "time": f"{entry.at:%H:%M}",
        "author": reader.plain(entry.author),
    }
    return _Line(
        decision=entry.decision.value,
        about=about,
        reason=reader.plain(entry.reason),
        who=reader.say("review_who_signed", **who, key=f"{entry.key[:_KEY_SHOWN]}…")
        if entry.key
        else reader.say("review_who", **who),
        holds=holds,
    )


def expected_reviews(folder: Path) -> dict[str, str]:
    """Give what each page of a report must say of its review, by the page's name."""
    standing = read_standing(folder)
    head = read_log(log_of(folder)).head if standing.entries else ""
    return {
        f"report.{language}.html": str(draw_review(standing, language, head=head))
        for language in LANGUAGES
        if (folder / f"report.{language}.html").is_file()
    }


def refresh_review(folder: Path) -> bool:
    """Make the pages of a report say how its review stands now.

    Nothing else of them is touched, and their digest stays.

    Parameters
    ----------
    folder : Path
        Of a finished report.

    Returns
    -------
    bool
        Whether a page said something else.
    """
    changed = False
    for name, expected in expected_reviews(folder).items():
        page = folder / name
        parts = split_page(page.read_bytes().decode("utf-8", errors="surrogateescape"))
        if parts is None or parts[1] == expected:
            continue
        draft = page.with_name(f".{name}.new")
        text = f"{parts[0]}{expected}{parts[2]}"
        draft.write_bytes(text.encode("utf-8", errors="surrogateescape"))
        draft.replace(page)
        changed = True
    return changed


def refresh_reviews(run_folder: Path) -> bool:
    """Make every page of a run say how its review stands; see `refresh_review`."""
    changed = [refresh_review(folder) for folder in list_report_folders(run_folder)]
    return any(changed)


def list_report_folders(run_folder: Path) -> Iterator[Path]:
    """Yield the folder of every finished report of a run."""
    for path in sorted(run_folder.glob("*/*/manifest.json")):
        folder = path.parent
        if folder.parent.name != "failed" and not folder.name.startswith("."):
            yield folder


def page_names(folder: Path) -> list[str]:
    """List a report's pages."""
    return sorted(path.name for path in folder.glob("report.*.html") if is_page(path.name))
