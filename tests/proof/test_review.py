"""Signing a report off: who may, what holds, what voids it, and where a reader sees it."""

from __future__ import annotations

import datetime as dt
import json
import re

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from analysis.cli import cli
from analysis.errors import ExitCode, OutputError, ParameterError, ReviewError
from analysis.proof.digests import digest_report, split_page
from analysis.proof.log import Decision, log_of, read_log
from analysis.proof.review import Opinion, Reviewer, enter
from analysis.proof.signing import read_private_key
from analysis.proof.standing import State, read_standing
from analysis.site.review import expected_reviews, refresh_reviews

AT = dt.datetime(2026, 1, 15, 9, 30, tzinfo=dt.timezone(dt.timedelta(hours=8)))
AUDITOR = Reviewer(name="Wang Li", role="Head of audit")
FINE = Opinion(decision=Decision.APPROVE, reason="Checked against the ledger")


def about(decision, section=None, reason="Because"):
    return Opinion(decision=Decision(decision), reason=reason, section=section)


def review_of(folder, page="report.en.html"):
    text = split_page((folder / page).read_text("utf-8"))[1]
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def flip(path, position=None):
    """Change one byte."""
    content = bytearray(path.read_bytes())
    position = len(content) // 2 if position is None else position
    content[position] ^= 1
    path.write_bytes(bytes(content))


def test_an_approval_names_who_why_when_and_the_exact_bytes(report):
    enter(report, FINE, AUDITOR, at=AT)
    (entry,) = read_log(log_of(report)).entries
    assert (entry.name, entry.role, entry.author) == ("Wang Li", "Head of audit", "Li Wei")
    assert entry.at == dt.datetime(2026, 1, 15, 1, 30, tzinfo=dt.UTC)
    assert entry.signed == digest_report(report)
    assert {"manifest.json", "notebook.ipynb", "report.en.html", "report.zh.html"} <= set(
        entry.signed
    )
    assert read_standing(report).state is State.APPROVED


def test_saying_so_on_the_pages_does_not_void_it_and_both_languages_say_it(finished, report):
    assert "Not reviewed" in review_of(report)
    enter(report, FINE, AUDITOR, at=AT)
    assert refresh_reviews(finished.folder)
    assert not refresh_reviews(finished.folder)
    assert read_standing(report).state is State.APPROVED
    english, chinese = review_of(report), review_of(report, "report.zh.html")
    assert "Approved Wang Li (Head of audit), 15 January 2026." in english
    assert "Checked against the ledger" in english
    assert "已批准" in chinese
    assert "Wang Li（Head of audit）" in chinese


def test_a_change_of_any_byte_of_any_file_voids_it_visibly(finished, report):
    enter(report, FINE, AUDITOR, at=AT)
    refresh_reviews(finished.folder)
    for path in sorted(report.rglob("*")):
        if path.is_dir():
            continue
        good = path.read_bytes()
        flip(path, 5)  # not in the place that says how the review stands
        standing = read_standing(report)
        assert standing.state is State.VOID, path
        assert path.relative_to(report).as_posix() in standing.altered
        path.write_bytes(good)
        assert read_standing(report).state is State.APPROVED
    flip(report / "results.json")
    refresh_reviews(finished.folder)
    assert "Void: changed since the review" in review_of(report)
    assert "Changed since then: results.json." in review_of(report)


def test_the_index_says_how_each_review_stands(finished, report):
    assert "Not reviewed" in (finished.folder / "index.html").read_text("utf-8")
    enter(report, FINE, AUDITOR, at=AT)
    finished.write_status()
    assert "review-approved" in (finished.folder / "index.html").read_text("utf-8")


def test_a_new_run_voids_an_approval_and_keeps_the_log_but_the_same_bytes_hold(
    finished, report, small_cells, making
):
    enter(report, FINE, AUDITOR, at=AT)
    finished.add(small_cells, started_at="2027-01-01T00:00:00+00:00", seconds=9.0)
    assert read_standing(report).state is State.APPROVED  # the clock is no content
    finished.add([*small_cells, making.code("x", making.make_check("new"))])
    refresh_reviews(finished.folder)
    standing = read_standing(report)
    assert standing.state is State.VOID
    assert len(standing.entries) == 1
    assert "Wang Li (Head of audit) decided on 15 January 2026" in review_of(report)


@pytest.mark.parametrize("name", ["Li Wei", "  li  WEI ", "Ｌi Wei"])
def test_author_and_reviewer_are_two_persons(report, name):
    with pytest.raises(ReviewError, match="author and reviewer are the same person"):
        enter(report, about("reject"), Reviewer(name=name, role="Analyst"), at=AT)
    assert not log_of(report).exists()


def test_a_report_without_an_author_asks_for_one(finished, small_cells, report):
    finished.add(small_cells, settings={"period": "2025-Q4"})
    with pytest.raises(ParameterError, match=r"author.s name is missing.*--author NAME"):
        enter(report, FINE, AUDITOR, at=AT)
    named = Reviewer(name="Wang Li", role="Audit", author="Zhao Min")
    assert enter(report, FINE, named, at=AT).author == "Zhao Min"
    finished.add(small_cells)
    with pytest.raises(ParameterError, match="names another author: found 'Li Wei'"):
        enter(report, FINE, named, at=AT)


def test_a_partial_report_or_a_failed_mandatory_check_bars_approval_and_nothing_else(
    finished, small_cells, report
):
    failed = [{"name": "balance", "status": "failed", "mandatory": True}]
    finished.add(small_cells, partial=True, checks=failed)
    with pytest.raises(ReviewError) as caught:
        enter(report, FINE, AUDITOR, at=AT, status="failed")
    told = str(caught.value)
    assert "a partial report cannot be approved" in told
    assert "the mandatory check 'balance' failed" in told
    assert "the last run of this report did not come out" in told
    with pytest.raises(ReviewError, match="partial"):
        enter(report, about("approve", section=1), AUDITOR, at=AT)
    enter(report, about("request_changes"), AUDITOR, at=AT)
    assert read_standing(report).state is State.CHANGES


def test_what_was_altered_cannot_be_reviewed(report):
    flip(report / "tables" / "stages.en.csv")
    with pytest.raises(ReviewError, match=r"tables/stages\.en\.csv is not as the run left it"):
        enter(report, FINE, AUDITOR, at=AT)
    flip(report / "manifest.json")
    with pytest.raises(ReviewError, match="manifest is missing or was altered"):
        enter(report, FINE, AUDITOR, at=AT)


@pytest.mark.parametrize(
    ("decisions", "state"),
    [
        ([("approve", None)], State.APPROVED),
        ([("approve", 1)], State.PARTLY),
        ([("approve", 1), ("approve", 2)], State.APPROVED),
        ([("approve", None), ("request_changes", 2)], State.CHANGES),
        ([("request_changes", 2), ("approve", 2)], State.PARTLY),
        ([("request_changes", 2), ("approve", None)], State.APPROVED),
        ([("approve", 1), ("reject", None)], State.REJECTED),
        ([("reject", None), ("approve", 1)], State.REJECTED),
        ([("reject", 2), ("request_changes", 1)], State.REJECTED),
        ([("reject", None), ("approve", None)], State.APPROVED),
    ],
)
def test_a_report_is_decided_on_as_a_whole_or_section_by_section(report, decisions, state):
    for decision, section in decisions:
        enter(report, about(decision, section), AUDITOR, at=AT)
    assert read_standing(report).state is state


@pytest.mark.parametrize(
    ("opinion", "reviewer", "told"),
    [
        (about("reject", section=3), AUDITOR, "no section 3: need 1 to 2"),
        (about("reject", reason=" "), AUDITOR, "the reason is missing"),
        (about("reject"), Reviewer(name="", role=""), "name is missing.*\n.*role is missing"),
        (about("reject", reason="two\nlines"), AUDITOR, "not one line"),
    ],
)
def test_a_decision_without_who_or_why_is_refused(report, opinion, reviewer, told):
    with pytest.raises(ParameterError, match=told):
        enter(report, opinion, reviewer, at=AT)


def test_words_of_a_reviewer_are_text_on_the_page(finished, report):
    bad = "<script>alert(1)</script><!--/review-->"
    enter(report, about("reject", reason=bad), AUDITOR, at=AT)
    refresh_reviews(finished.folder)
    page = (report / "report.en.html").read_text("utf-8")
    assert bad not in page
    assert "&lt;script&gt;alert(1)" in split_page(page)[1]


def test_a_log_that_was_touched_is_broken_wherever_it_was_touched(report):
    for decision in ("reject", "approve", "approve"):
        enter(report, about(decision), AUDITOR, at=AT)
    path = log_of(report)
    good = path.read_bytes()
    lines = good.splitlines(keepends=True)
    for position in range(0, len(good), 97):
        flip(path, position)
        assert read_log(path).broken is not None, position
        path.write_bytes(good)
    for kept, broken in (
        (lines[1:], (1, "chain")),
        ([lines[0], lines[2]], (2, "chain")),
        ([lines[1], lines[0], lines[2]], (1, "chain")),
        ([*lines, b"\n"], (4, "line")),
        ([*lines[:2], lines[2][:-1]], (3, "line")),
    ):
        path.write_bytes(b"".join(kept))
        found = read_log(path).broken
        assert (found.line, found.kind) == broken
        assert read_standing(report).state is State.BROKEN
    with pytest.raises(OutputError, match="damaged and takes no entry"):
        enter(report, FINE, AUDITOR, at=AT)


def write_key(path, seed=1, password=None):
    key = Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)
    protection = BestAvailableEncryption(password) if password else NoEncryption()
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, protection))
    return path


def test_a_signature_is_of_the_entry_and_of_no_other(report, tmp_path):
    key = read_private_key(write_key(tmp_path / "key.pem"), ask_password=lambda: "")
    enter(report, FINE, AUDITOR, at=AT, key=key)
    path = log_of(report)
    assert len(read_log(path).entries[0].key) == 44
    record = json.loads(path.read_bytes())
    stripped = json.dumps({**record, "signature": ""}, sort_keys=True, separators=(",", ":"))
    path.write_text(f"{stripped}\n", encoding="utf-8")
    assert read_log(path).broken.kind == "signature"


def test_a_key_may_have_a_password_and_must_be_of_the_kind(tmp_path):
    path = write_key(tmp_path / "key.pem", password=b"open sesame")
    assert read_private_key(path, ask_password=lambda: "open sesame")
    with pytest.raises(ParameterError, match="a private key that can be read"):
        read_private_key(path, ask_password=lambda: "wrong")
    (tmp_path / "no.pem").write_text("nothing")
    with pytest.raises(ParameterError, match="is no key to sign or verify with"):
        read_private_key(tmp_path / "no.pem", ask_password=lambda: "")


def test_the_command_enters_a_decision_and_says_how_reviews_stand(finished, report, monkeypatch):
    monkeypatch.chdir(finished.folder.parents[1])

    def assess(*arguments):
        return CliRunner().invoke(cli, ["review", *arguments], prog_name="assess")

    assert "lifecycle · bank: not reviewed" in assess("sample", "--status").output
    done = assess(
        "sample", "lifecycle", "--approve", "--name", "Wang Li", "--role", "Audit",
        "--reason", "Fine",
    )  # fmt: skip
    assert done.output == "lifecycle · bank: approved (Wang Li, Audit)\n"
    assert "Approved Wang Li (Audit)" in review_of(report)
    assert "review-approved" in (finished.folder / "index.html").read_text("utf-8")
    flip(report / "report.zh.html", 200)
    told = json.loads(assess(str(finished.folder), "lifecycle", "--status", "--json").output)
    assert told["reports"][0]["state"] == "void"
    assert told["reports"][0]["changed"] == ["report.zh.html"]
    refused = assess(
        "sample", "lifecycle", "--reject", "--name", "X", "--role", "Y", "--reason", "Z"
    )
    assert refused.exit_code == ExitCode.REVIEW
    assert assess("sample", "lifecycel", "--approve").exit_code == ExitCode.PARAMETERS
    assert "Did you mean 'lifecycle'?" in assess("sample", "lifecycel", "--approve").output
    assert "no run 'sampel'" in assess("sampel").output


def test_what_a_page_must_say_follows_from_its_log_alone(finished, report):
    enter(report, FINE, AUDITOR, at=AT)
    refresh_reviews(finished.folder)
    for name, expected in expected_reviews(report).items():
        assert split_page((report / name).read_text("utf-8"))[1] == expected
    log_of(report).unlink()
    assert refresh_reviews(finished.folder)
    assert "Not reviewed" in review_of(report)
