"""Verifying elsewhere, without the data: whatever was touched is named, file and kind."""

from __future__ import annotations

import datetime as dt
import io
import json
import shutil
import stat
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from analysis.cli import cli
from analysis.cli.verify import derive
from analysis.engine.manifest import hash_renderer, seal_manifest, write_manifest
from analysis.errors import DisclosureError, ExitCode, ParameterError
from analysis.proof.archive import build_archive, unpack
from analysis.proof.digests import digest_report
from analysis.proof.faults import FaultKind, describe_file
from analysis.proof.log import Decision, log_of
from analysis.proof.pack import make_pack
from analysis.proof.review import Opinion, Reviewer, enter
from analysis.proof.runs import list_reports
from analysis.proof.signing import read_public_keys
from analysis.proof.verify import Tools, verify_folder
from analysis.site.index import write_index
from analysis.site.render import render_report
from analysis.site.review import expected_reviews, refresh_reviews
from analysis.trace import hash_file

AT = dt.datetime(2026, 1, 15, 9, 30, tzinfo=dt.UTC)
APPROVE = Opinion(decision=Decision.APPROVE, reason="Checked")
REJECT = Opinion(decision=Decision.REJECT, reason="Not yet")
AUDITOR = Reviewer(name="Wang Li", role="Audit")
SITE = hash_renderer("analysis.site.render:render_report")
QUICK = Tools(site=SITE, derive=lambda folder: {}, expect_reviews=expected_reviews)
WHOLE = Tools(site=SITE, derive=derive, expect_reviews=expected_reviews)


def flip(path, position=None):
    content = bytearray(path.read_bytes())
    content[len(content) // 2 if position is None else position] ^= 1
    path.write_bytes(bytes(content))


def faults(folder, tools=QUICK, keys=None):
    return {(f.file, f.kind.value) for f in verify_folder(folder, tools, keys=keys).faults}


def assess(*arguments):
    return CliRunner().invoke(cli, [str(each) for each in arguments], prog_name="assess")


@pytest.fixture
def reviewed(finished, report):
    """A run whose report was rejected first and approved then."""
    enter(report, REJECT, AUDITOR, at=AT)
    enter(report, APPROVE, AUDITOR, at=AT)
    finished.write_status()
    refresh_reviews(finished.folder)
    return finished


@pytest.fixture(scope="module")
def packed(first_run, tmp_path_factory):
    """The pack of a reviewed report, unpacked by an ordinary unzip."""
    folder = tmp_path_factory.mktemp("packed")
    shutil.copytree(first_run.folder, folder / "run")
    report = folder / "run" / "lifecycle" / "bank"
    source = folder / "stages.py"
    source.write_text("def customer_stages(): ...\n")
    seal_with_source(report, source)
    enter(report, APPROVE, AUDITOR, at=AT)
    refresh_reviews(folder / "run")
    made = make_pack(
        folder / "run",
        list_reports(folder / "run"),
        locate_source=lambda name: source,
        draw_index=write_index,
        staging=Path(tmp_path_factory.mktemp("staging")),
    )
    (folder / "pack.zip").write_bytes(build_archive(made.files))
    with zipfile.ZipFile(folder / "pack.zip") as archive:
        archive.extractall(folder / "unpacked")
    return folder


def seal_with_source(report, source):
    manifest = json.loads((report / "manifest.json").read_text())
    manifest["modules"] = {"analysis/lifecycle/stages.py": hash_file(source)}
    write_manifest(report, manifest)
    render_report(report)
    seal_manifest(report, site=SITE)


@pytest.fixture
def unpacked(packed, tmp_path):
    shutil.copytree(packed / "unpacked", tmp_path / "pack")
    return tmp_path / "pack"


def test_a_run_that_nobody_touched_is_what_it_claims_to_be(reviewed, report):
    verified = verify_folder(reviewed.folder, WHOLE, keys=None)
    assert verified.faults == ()
    assert verified.notes == ()
    assert verified.reports[0][1].state.value == "approved"
    assert faults(report) == set()  # a report's folder alone


def test_one_byte_of_any_file_of_a_pack_is_named_with_its_kind(unpacked):
    """Each file, in its first, middle and last byte."""
    assert faults(unpacked) == set()
    paths = [path for path in sorted(unpacked.rglob("*")) if path.is_file()]
    assert len(paths) > 15
    for path in paths:
        good = path.read_bytes()
        name = path.relative_to(unpacked).as_posix()
        for position in (0, len(good) // 2, len(good) - 1):
            flip(path, position)
            named = {file for file, _ in faults(unpacked)}
            assert name in named, (name, position)
            path.write_bytes(good)
    kinds = {describe_file(path.relative_to(unpacked).as_posix()) for path in paths}
    assert {
        "page", "table", "drawing", "results", "executed notebook", "manifest",
        "log of review", "source of a module", "list of the pack",
    } <= kinds  # fmt: skip


def test_one_byte_of_a_report_is_named_without_a_pack_too(report):
    for path in [path for path in sorted(report.rglob("*")) if path.is_file()]:
        good = path.read_bytes()
        flip(path)
        assert path.relative_to(report).as_posix() in {file for file, _ in faults(report)}
        path.write_bytes(good)


@pytest.mark.parametrize("name", ["tables/stages.en.csv", "results.json", "report.zh.html"])
def test_a_forger_who_seals_the_manifest_again_is_given_away_by_the_notebook(
    reviewed, report, name
):
    path = report / name
    path.write_bytes(path.read_bytes().replace(b"61.1", b"71.1").replace(b"6105", b"7105"))
    seal_manifest(report, site=SITE)
    refresh_reviews(reviewed.folder)
    verified = verify_folder(report, WHOLE, keys=None)
    assert {(f.file, f.kind) for f in verified.faults} == {(name, FaultKind.DERIVED)}
    assert verified.reports[0][1].state.value == "void"


def test_a_page_that_says_approved_where_the_log_says_rejected(reviewed, report):
    page = report / "report.en.html"
    approved = page.read_bytes()
    enter(report, REJECT, AUDITOR, at=AT)
    refresh_reviews(reviewed.folder)
    page.write_bytes(approved)
    assert faults(report) == {("report.en.html", "log")}


def test_the_course_of_earlier_periods_is_part_of_what_pages_are_made_from(finished, report):
    without = (report / "report.en.html").read_bytes()
    (stable,) = json.loads((report / "results.json").read_text("utf-8"))["metrics"]
    history = [{"period": f"2025-Q{n}", "metrics": {"stable": stable}} for n in (2, 3)]
    (report / "history.json").write_text(json.dumps(history), encoding="utf-8")
    finished.seal(report)
    assert (report / "report.en.html").read_bytes() != without
    assert verify_folder(report, WHOLE, keys=None).faults == ()
    flip(report / "history.json")
    assert faults(report) == {("history.json", "altered")}


def test_a_file_too_few_or_too_many_is_named(report):
    (report / "tables" / "stages.en.csv").unlink()
    (report / "extra.html").write_text("<p>look here</p>")
    assert faults(report) == {("tables/stages.en.csv", "altered"), ("extra.html", "altered")}


def test_pages_of_another_version_are_not_said_to_be_wrong_but_not_checked(report):
    other = Tools(site="0" * 64, derive=derive, expect_reviews=expected_reviews)
    verified = verify_folder(report, other, keys=None)
    assert verified.faults == ()
    assert "made by another version" in verified.notes[0]


def test_a_log_whose_report_is_not_there_is_named(reviewed, report):
    log_of(report).rename(report.with_name("north.review.jsonl"))
    assert ("lifecycle/north.review.jsonl", "log") in faults(reviewed.folder)


def write_public(folder, name, seed):
    folder.mkdir(exist_ok=True)
    key = Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (folder / f"{name}.pem").write_bytes(public)
    return key


@pytest.mark.parametrize(
    ("owner", "signed", "told"),
    [
        ("Wang Li", True, None),
        ("wang  li", True, None),
        ("Zhao Min", True, "another person's key"),
        ("Wang Li", False, "is not signed"),
        (None, True, "a key that is not trusted"),
    ],
)
def test_with_keys_each_decision_is_signed_by_who_it_names(report, tmp_path, owner, signed, told):
    folder = tmp_path / "keys"
    write_public(folder, "Somebody", seed=9)
    key = write_public(folder if owner else tmp_path / "others", owner or "x", seed=1)
    enter(report, APPROVE, AUDITOR, at=AT, key=key if signed else None)
    refresh_reviews(report.parents[1])
    found = verify_folder(report, QUICK, keys=read_public_keys(folder)).faults
    assert [(f.kind, told in f.what) for f in found] == (
        [] if told is None else [("signature", True)]
    )


def test_a_signature_that_was_touched_is_of_its_own_kind(report, tmp_path):
    key = write_public(tmp_path / "keys", "Wang Li", seed=1)
    enter(report, APPROVE, AUDITOR, at=AT, key=key)
    path = log_of(report)
    record = json.loads(path.read_bytes())
    first = record["signature"][0]
    record["signature"] = ("B" if first == "A" else "A") + record["signature"][1:]
    text = json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    path.write_text(f"{text}\n", encoding="utf-8")
    assert ("bank.review.jsonl", "signature") in faults(report)


def test_no_keys_and_nothing_to_verify_are_told(tmp_path):
    with pytest.raises(ParameterError, match="holds no public key"):
        read_public_keys(tmp_path)
    with pytest.raises(ParameterError, match="nothing to verify"):
        verify_folder(tmp_path, QUICK, keys=None)


def test_the_command_packs_the_same_bytes_and_verifies_them_elsewhere(reviewed, tmp_path):
    first, second = tmp_path / "first.zip", tmp_path / "second.zip"
    for archive in (first, second):
        done = assess("pack", reviewed.folder, "-o", archive)
        assert done.exit_code == 0, done.output
    assert first.read_bytes() == second.read_bytes()
    shutil.rmtree(reviewed.folder)
    verified = assess("verify", first)
    assert verified.exit_code == ExitCode.DONE, verified.output
    assert "lifecycle/bank: review approved (Wang Li, Audit, 2026-01-15)" in verified.output
    with zipfile.ZipFile(first) as archive:
        names = set(archive.namelist())
        assert "lifecycle/bank/report.en.html" in archive.read("index.html").decode()
    assert {"README.md", "README.zh.md", "index.html", "lifecycle/bank.review.jsonl"} <= names


def test_a_tampered_archive_is_refused_wherever_it_was_touched(packed, tmp_path):
    good = (packed / "pack.zip").read_bytes()
    archive = tmp_path / "pack.zip"
    archive.write_bytes(good)
    assert assess("verify", archive).exit_code == ExitCode.DONE
    for position in (0, 12, 40, len(good) // 3, len(good) // 2, len(good) - 40, len(good) - 1):
        archive.write_bytes(good)
        flip(archive, position)
        told = assess("verify", archive, "--json")
        assert told.exit_code == ExitCode.ALTERED, position
    rebuilt = {}
    with zipfile.ZipFile(io.BytesIO(good)) as opened:
        rebuilt = {name: opened.read(name) for name in opened.namelist()}
    rebuilt["lifecycle/bank/results.json"] += b" "
    archive.write_bytes(build_archive(rebuilt))
    told = json.loads(assess("verify", archive, "--json").stdout)
    assert told["faults"] == [
        {
            "file": "lifecycle/bank/results.json",
            "kind": "altered",
            "what": "it is not as it was written",
        }
    ]


def hostile(name, content=b"x", *, attributes=None, twice=False):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        info = zipfile.ZipInfo("placeholder")
        info.filename = name
        if attributes is not None:
            info.external_attr = attributes << 16
        archive.writestr(info, content)
        if twice:
            archive.writestr(name.upper(), content)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (hostile("../outside"), "leads outside"),
        (hostile("/etc/outside"), "leads outside"),
        (hostile("a/../../outside"), "leads outside"),
        (hostile("c:outside"), "leads outside"),
        (hostile("a\\outside"), "leads outside"),
        (hostile("link", attributes=stat.S_IFLNK | 0o777), "it is a link"),
        (hostile("a", twice=True), "twice"),
        (b"PK no archive", "cannot be read as an archive"),
    ],
)
def test_a_hostile_archive_writes_nothing_outside(tmp_path, content, told):
    place = tmp_path / "deep" / "inside"
    place.mkdir(parents=True)
    (tmp_path / "pack.zip").write_bytes(content)
    found = unpack(tmp_path / "pack.zip", place)
    assert any(told in fault.what for fault in found)
    assert {path.name for path in tmp_path.rglob("*")} <= {"deep", "inside", "pack.zip", "a"}
    assert assess("verify", tmp_path / "pack.zip").exit_code in {ExitCode.ALTERED, 2}


def test_an_archive_that_grows_without_end_is_cut_off(tmp_path, monkeypatch):
    monkeypatch.setattr("analysis.proof.archive.MOST_BYTES", 1000)
    (tmp_path / "bomb.zip").write_bytes(build_archive({"a": bytes(5_000_000)}))
    found = unpack(tmp_path / "bomb.zip", tmp_path / "place")
    assert "more than 1,000 bytes" in found[0].what
    assert (tmp_path / "place" / "a").stat().st_size < 3_000_000


def test_what_a_notebook_printed_is_packed_only_when_asked_for(
    finished, making, small_cells, tmp_path
):
    printed = [making.nbformat.v4.new_output("stream", name="stdout", text="C1, 4711")]
    finished.add([*small_cells, making.code("print(rows)", stray=printed)])
    refused = assess("pack", finished.folder, "-o", tmp_path / "pack.zip")
    assert refused.exit_code == ExitCode.DISCLOSURE
    assert "outputs past the disclosure rules: 1" in refused.output
    assert not (tmp_path / "pack.zip").exists()
    assert assess("pack", finished.folder, "-o", tmp_path / "pack.zip", "--printed").exit_code == 0
    with pytest.raises(DisclosureError):
        make_pack(
            finished.folder,
            list_reports(finished.folder),
            locate_source=lambda name: None,
            draw_index=write_index,
            staging=tmp_path,
        )


def test_digests_of_a_report_are_those_of_another_folder(report, tmp_path):
    shutil.copytree(report, tmp_path / "elsewhere")
    assert digest_report(report) == digest_report(tmp_path / "elsewhere")
