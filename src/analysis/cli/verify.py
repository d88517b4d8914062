"""``assess verify`` and ``assess pack``: is everything what it claims to be, anywhere?"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from analysis.cli.command import Command, echo, echo_json, examples, json_option, show_path
from analysis.errors import ParameterError, Problem

if TYPE_CHECKING:
    from analysis.proof.faults import Fault
    from analysis.proof.verify import Tools, Verification

_RENDERER = "analysis.site.render:render_report"
_GIVEN = ("notebook.ipynb", "manifest.json", "history.json")
"""What pages are made from; the rest of a report's folder follows."""


@click.command(
    cls=Command,
    short_help="Check that reports are what they claim to be, without the data.",
    epilog=examples(
        "assess verify reports/sample",
        "assess verify sample-review.zip",
        "assess verify sample-review.zip --keys trusted-keys --json",
    ),
)
@click.argument("place", metavar="PLACE", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--keys",
    type=click.Path(exists=True, path_type=Path),
    help="Trusted public keys: a PEM file named as its owner, or a folder of them.",
)
@json_option
@click.pass_context
def verify(context: click.Context, place: Path, keys: Path | None, as_json: bool) -> None:
    """Check PLACE: a run's folder, a report's folder, or a review pack.

    Compares every file with its manifest, closes the chain of each log of review, checks
    signatures, and makes pages, tables and results from the executed notebook again. Each
    file that is not what it claims is named. Needs no data and no network.
    """
    from analysis.proof.faults import gravest
    from analysis.proof.signing import read_public_keys
    from analysis.proof.verify import verify_folder

    trusted = None if keys is None else read_public_keys(keys)
    with _opened(place) as (folder, damaged):
        if damaged and not any(folder.rglob("manifest.json")):
            verification = _nothing_but(damaged)
        else:
            verification = verify_folder(folder, _tools(), keys=trusted)
            verification = replace(
                verification, faults=tuple(sorted({*verification.faults, *damaged}))
            )
            if not verification.faults and place.is_file():
                verification = replace(verification, **_check_archive(place, folder, verification))
    code = gravest(verification.faults)
    if as_json:
        echo_json({"exit_code": int(code), **_as_json(verification)})
    else:
        echo("\n".join(_describe(verification)))
    for fault in verification.faults:
        echo(f"error: {fault.kind}: {fault}", err=True)
    context.exit(code)


@contextmanager
def _opened(place: Path) -> Iterator[tuple[Path, list[Fault]]]:
    """Give a folder to verify: the place itself, or where its archive was unpacked."""
    from analysis.proof.archive import unpack

    if place.is_dir():
        yield place, []
        return
    with tempfile.TemporaryDirectory(prefix="assess-") as folder:
        yield Path(folder), unpack(place, Path(folder))


def _check_archive(place: Path, folder: Path, verification: Verification) -> dict[str, Any]:
    from analysis.proof.archive import ZLIB, compare_structure
    from analysis.proof.pack import read_zlib

    if read_zlib(folder) == ZLIB:
        return {"faults": tuple(compare_structure(place, folder))}
    note = f"{place.name} was compressed by another zlib; its directory was not compared."
    return {"notes": (*verification.notes, note)}


def _nothing_but(damaged: list[Fault]) -> Verification:
    from analysis.proof.verify import Verification

    return Verification(faults=tuple(sorted(damaged)), notes=(), reports=(), files=0)


def _tools() -> Tools:
    from analysis.engine.manifest import hash_renderer
    from analysis.proof.verify import Tools
    from analysis.site.review import expected_reviews

    return Tools(site=hash_renderer(_RENDERER), derive=derive, expect_reviews=expected_reviews)


def derive(report: Path) -> Mapping[str, str]:
    """Make a report's pages from its notebook and manifest, elsewhere; give their digests."""
    from analysis.engine.startup import import_jsonschema
    from analysis.errors import AssessmentError
    from analysis.proof.digests import digest_folder

    import_jsonschema()
    from analysis.site.render import render_report

    with tempfile.TemporaryDirectory(prefix="assess-") as name:
        folder = Path(name) / "run" / "report" / "scope"
        folder.mkdir(parents=True)
        given = [name for name in _GIVEN if (report / name).is_file()]
        for file in given:
            shutil.copyfile(report / file, folder / file)
        try:
            render_report(folder)
        except AssessmentError:
            return {"notebook.ipynb": "not a report"}
        return digest_folder(folder, but=given)


def _describe(verification: Verification) -> Iterator[str]:
    for name, standing in verification.reports:
        last = standing.last
        who = "" if last is None else f" ({last.name}, {last.role}, {last.at:%Y-%m-%d})"
        yield f"{name}: review {standing.state.value}{who}"
    for note in verification.notes:
        yield f"not checked: {note}"
    number = len(verification.faults)
    if number:
        yield f"{number} file{'' if number == 1 else 's'} not as claimed."
    else:
        yield f"All {verification.files} files are what they claim to be."


def _as_json(verification: Verification) -> dict[str, Any]:
    return {
        "faults": [
            {"file": fault.file, "kind": fault.kind.value, "what": fault.what}
            for fault in verification.faults
        ],
        "not_checked": list(verification.notes),
        "reports": [
            {"folder": name, "review": standing.state.value}
            for name, standing in verification.reports
        ],
        "files": verification.files,
    }


@click.command(
    cls=Command,
    short_help="Pack reports for a reviewer elsewhere.",
    epilog=examples(
        "assess pack sample -o sample-review.zip",
        "assess pack sample lifecycle --scope bank -o lifecycle-review.zip",
    ),
)
@click.argument("run", metavar="RUN")
@click.argument("report", metavar="REPORT", nargs=-1)
@click.option("--scope", multiple=True, help="Only reports about this scope; several times.")
@click.option(
    "--output",
    "-o",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The archive to write.",
)
@click.option("--printed", is_flag=True, help="Pack notebooks with what their cells printed.")
@click.option(
    "--reports",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("reports"),
    show_default=True,
    help="The folder that each run has its own folder in.",
)
@json_option
def pack(
    run: str,
    report: tuple[str, ...],
    scope: tuple[str, ...],
    output: Path,
    printed: bool,
    reports: Path,
    as_json: bool,
) -> None:
    """Pack reports of RUN into one archive, which `assess verify` checks anywhere.

    It holds pages, tables, figures, results, executed notebooks, manifests, logs of review
    and the modules that took part. The same reports give the same bytes.
    """
    from analysis.engine.manifest import locate_source
    from analysis.proof.archive import write_archive
    from analysis.proof.pack import make_pack
    from analysis.proof.runs import find_run, pick_reports
    from analysis.site.index import write_index

    folder = find_run(run, reports)
    picked = pick_reports(folder, report, scope)
    if not picked:
        raise ParameterError(Problem(what="no report is about that scope"))
    with tempfile.TemporaryDirectory(prefix="assess-") as staging:
        made = make_pack(
            folder,
            picked,
            locate_source=locate_source,
            draw_index=write_index,
            staging=Path(staging),
            printed=printed,
        )
    write_archive(output, made.files)
    for note in made.notes:
        echo(note, err=True)
    size = output.stat().st_size
    if as_json:
        told = {"archive": str(output), "files": len(made.files), "bytes": size}
        echo_json({"exit_code": 0, **told, "notes": list(made.notes)})
    else:
        echo(f"{show_path(output)}: {len(made.files)} files, {size / 1e6:.1f} MB")
