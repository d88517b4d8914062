"""What every page has: its environment, its style and script inside, and its policy."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from importlib.resources import files
from pathlib import Path

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup, escape

from analysis.site.fonts import embed_fonts
from analysis.site.reader import Reader, language_tag, own_name
from analysis.site.templates import COMPILED, asset_loader
from analysis.site.withheld import withheld_in_all, withheld_notes
from analysis.text import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """Style and script of a page, and the policy that lets in these and no others."""

    policy: str
    style: Markup
    script: Markup


@cache
def read_asset(name: str) -> str:
    """Read a file of the package's ``assets`` folder."""
    text = (files("analysis.site") / "assets" / name).read_text(encoding="utf-8")
    return text.replace("\r\n", "\n")


def page_environment(language: Language) -> Environment:
    """Give the package's templates in a language."""
    environment = Environment(loader=asset_loader())  # noqa: S701 - escaped in the next line
    prepare_environment(environment, language)
    return environment


def prepare_environment(environment: Environment, language: Language) -> None:
    """Escape everything, refuse what is undefined, and speak the page's language."""
    reader = Reader(language)
    environment.bytecode_cache = COMPILED
    environment.autoescape = True
    environment.undefined = StrictUndefined
    environment.trim_blocks = environment.lstrip_blocks = True
    environment.globals.update(
        say=reader.say,
        read=reader.read,
        day=reader.day,
        plain=reader.plain,
        count=reader.count,
        tag=language_tag,
        own_name=own_name,
        withheld=partial(withheld_notes, reader=reader),
        withheld_in_all=partial(withheld_in_all, reader=reader),
    )


def compose_page(draw: Callable[[Head], str], language: Language) -> str:
    """Draw a page, see which characters it uses, and put in type for them.

    Parameters
    ----------
    draw : callable
        Gives the whole page for a head.
    language : {"en", "zh"}

    Returns
    -------
    str
        HTML that needs no other file and no network.
    """
    plain = make_head("")
    draft = draw(plain)
    fonts = embed_fonts(draft, chinese=language == "zh")
    if not fonts:
        return draft
    head = make_head(fonts)
    page = draft.replace(escape(plain.policy), escape(head.policy), 1)
    return page.replace(plain.style, head.style, 1)


def make_head(fonts: str) -> Head:
    """Put style and script together, and name both by hash in the policy."""
    style = f"{read_asset('site.css')}{fonts}"
    script = read_asset("site.js")
    return Head(
        policy=(
            "default-src 'none'; "
            f"style-src {_hash(style)}; script-src {_hash(script)}; "
            "img-src data:; font-src data:; base-uri 'none'; form-action 'none'"
        ),
        style=Markup(style),  # noqa: S704
        script=Markup(script),  # noqa: S704
    )


def _hash(text: str) -> str:
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")
    return f"'sha256-{digest}'"


def write_text(path: Path, text: str) -> None:
    """Write a file with the same bytes on every system."""
    write_bytes(path, text.encode("utf-8"))


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file, and the folder that it lies in."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
