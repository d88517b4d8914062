"""``assess review``: approves a report, asks for changes, rejects it, or says how it stands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from analysis.cli.command import Command, echo, echo_json, examples, json_option
from analysis.errors import ParameterError, Problem

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from analysis.proof.log import Entry
    from analysis.proof.runs import RunReport
    from analysis.proof.standing import Standing

_STATES = {
    "none": "not reviewed",
    "approved": "approved",
    "partly": "approved in part",
    "changes": "changes requested",
    "rejected": "rejected",
    "void": "VOID: changed since the review",
    "broken": "the log is DAMAGED",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wish:
    """What the command line asks for."""

    decision: str | None
    section: int | None
    name: str
    role: str
    author: str
    reason: str
    key: Path | None


@click.command(
    cls=Command,
    short_help="Approve a report, request changes or reject it.",
    epilog=examples(
        "assess review sample --status",
        'assess review sample lifecycle --scope bank --approve --name "Wang Li" \\',
        '    --role "Head of audit" --reason "Checked against the ledger" --author "Li Wei"',
        'assess review sample lifecycle --section 3 --request-changes --name "Wang Li" \\',
        '    --role "Head of audit" --reason "Which branches?" --key ~/keys/wang-li.pem',
    ),
)
@click.argument("run", metavar="RUN")
@click.argument("report", metavar="REPORT", required=False)
@click.option("--scope", help="Whom the report is about, where the run has several.")
@click.option("--approve", "decision", flag_value="approve", help="Approve exactly what is there.")
@click.option(
    "--request-changes", "decision", flag_value="request_changes", help="Ask for changes."
)
@click.option("--reject", "decision", flag_value="reject", help="Reject it.")
@click.option("--status", "decision", flag_value="status", help="Say how reviews stand.")
@click.option("--section", type=click.IntRange(min=1), help="Only this section, by its number.")
@click.option("--name", default="", help="The reviewer's name.")
@click.option("--role", default="", help="The reviewer's role.")
@click.option("--reason", default="", help="Why, in one line.")
@click.option("--author", default="", help="The author, where the run file does not name one.")
@click.option(
    "--key",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Sign with this Ed25519 private key, in PEM.",
)
@click.option(
    "--reports",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("reports"),
    show_default=True,
    help="The folder that each run has its own folder in.",
)
@json_option
def review(run: str, report: str | None, scope: str | None, **options: Any) -> None:
    """Enter a decision on REPORT of RUN into its log of review, or say how reviews stand.

    RUN is a run's folder, or its name beneath the reports folder. A decision holds for
    exactly the files that are there: when one of them changes by a byte, it is void,
    and the page and the index say so. Author and reviewer are two persons. A partial
    report, or one with a failed mandatory check, cannot be approved.
    """
    from analysis.proof.runs import find_run, pick_report, pick_reports

    as_json, reports = bool(options.pop("as_json")), cast(Path, options.pop("reports"))
    wish = _Wish(**options)
    folder = find_run(run, reports)
    scopes = [] if scope is None else [scope]
    if wish.decision in {None, "status"}:
        picked = pick_reports(folder, [report] if report else [], scopes)
        _tell_status(picked, as_json=as_json)
        return
    if report is None:
        raise ParameterError(
            Problem(what="a decision is on one report", needed="its name after that of the run")
        )
    target = pick_report(folder, report, scope)
    entry, standing = _enter(folder, target, wish, at=dt.datetime.now(dt.UTC))
    if as_json:
        echo_json({"exit_code": 0, "entry": _entry_as_json(entry), **_as_json(target, standing)})
    else:
        about = "" if entry.section is None else f", section {entry.section}"
        echo(f"{target}{about}: {_STATES[standing.state]} ({entry.name}, {entry.role})")


def _enter(
    folder: Path, target: RunReport, wish: _Wish, *, at: dt.datetime
) -> tuple[Entry, Standing]:
    """Enter a decision while no run writes the folder, and have the pages say so."""
    from analysis.batch.status import renew_index, renew_overview
    from analysis.engine.store import open_run_folder
    from analysis.proof.log import Decision
    from analysis.proof.review import Opinion, Reviewer, enter
    from analysis.proof.standing import read_standing
    from analysis.site.review import refresh_review

    with open_run_folder(folder):
        entry = enter(
            target.folder,
            Opinion(
                decision=Decision(str(wish.decision)), reason=wish.reason, section=wish.section
            ),
            Reviewer(name=wish.name, role=wish.role, author=wish.author),
            at=at,
            status=target.status,
            key=_read_key(wish.key),
        )
        refresh_review(target.folder)
        renew_index(folder)
        renew_overview(folder)
    return entry, read_standing(target.folder)


def _read_key(path: Path | None) -> Ed25519PrivateKey | None:
    from analysis.proof.signing import read_private_key

    if path is None:
        return None
    return read_private_key(
        path, ask_password=lambda: str(click.prompt("Password of the key", hide_input=True))
    )


def _tell_status(reports: Sequence[RunReport], *, as_json: bool) -> None:
    from analysis.proof.standing import read_standing

    found = [(one, read_standing(one.folder)) for one in reports if one.folder.is_dir()]
    if as_json:
        echo_json({"exit_code": 0, "reports": [_as_json(one, standing) for one, standing in found]})
        return
    for line in _describe(found):
        echo(line)


def _describe(found: Iterable[tuple[RunReport, Standing]]) -> Iterable[str]:
    for one, standing in found:
        last = standing.last
        who = "" if last is None else f", {last.name} ({last.role}), {last.at:%Y-%m-%d}"
        yield f"{one}: {_STATES[standing.state]}{who}"
        if standing.altered:
            yield f"  changed since then: {', '.join(standing.altered)}"


def _as_json(one: RunReport, standing: Standing) -> dict[str, Any]:
    return {
        "report": one.report,
        "scope": one.scope,
        "state": standing.state.value,
        "changed": list(standing.altered),
        "entries": [
            {**_entry_as_json(entry), "holds": entry in standing.holding}
            for entry in standing.entries
        ],
    }


def _entry_as_json(entry: Entry) -> dict[str, Any]:
    return {
        "decision": entry.decision.value,
        "section": entry.section,
        "name": entry.name,
        "role": entry.role,
        "author": entry.author,
        "reason": entry.reason,
        "at": entry.at.isoformat(),
        "key": entry.key,
    }
