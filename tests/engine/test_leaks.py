"""No file that a run wrote holds a secret, in whatever form it got there."""

import base64
import html
import json
import zipfile
from urllib.parse import quote

import pytest

from analysis.engine.leaks import SHORTEST, Leak, find_leaks, hide_leaks, known_secrets

SECRET = 'p@ss"w<rd/7 密'
FORMS = {
    "as it is": str,
    "in a url": lambda value: quote(value, safe=""),
    "in JSON": json.dumps,
    "in HTML": html.escape,
    "in base64": lambda value: base64.b64encode(value.encode()).decode(),
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_a_secret_is_found_however_it_is_written(tmp_path, form):
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / "a.csv").write_text(f"one,{form(SECRET)},two", encoding="utf-8")
    (tmp_path / "b.html").write_text("nothing here")
    assert find_leaks(tmp_path, {"BANK": SECRET}) == (Leak(file="tables/a.csv", name="BANK"),)


def test_a_secret_inside_a_workbook_is_found(tmp_path):
    with zipfile.ZipFile(tmp_path / "t.xlsx", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/sharedStrings.xml", f"<t>{'x' * 1000}correct horse</t>")
    assert b"correct horse" not in (tmp_path / "t.xlsx").read_bytes()
    assert find_leaks(tmp_path, {"K": "correct horse"}) == (Leak(file="t.xlsx", name="K"),)


def test_the_source_names_secrets_and_so_do_names_that_tell():
    environment = {
        "WAREHOUSE": "opened sesame",
        "MY_API_KEY": "0123456789",
        "HOME": "/home/someone",
        "DB_PASSWORD": "short"[:SHORTEST],
    }
    assert known_secrets("x://u:${WAREHOUSE}@h", environment) == {
        "MY_API_KEY": "0123456789",
        "WAREHOUSE": "opened sesame",
    }


def test_what_a_failed_run_leaves_is_cleaned_and_what_cannot_be_is_deleted(tmp_path):
    (tmp_path / "kernel.log").write_text("cannot reach x://u:correct horse@h\nas said")
    (tmp_path / "core.bin").write_bytes(b"\xff\xfe correct horse")
    (tmp_path / "encoded.txt").write_text(base64.b64encode(b"correct horse").decode())
    (tmp_path / "fine.txt").write_text("fine")
    hide_leaks(tmp_path, {"PW": "correct horse"})
    assert (tmp_path / "kernel.log").read_text() == "cannot reach x://u:${PW}@h\nas said"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["fine.txt", "kernel.log"]


def test_a_link_is_not_followed_out_of_the_folder(tmp_path):
    (tmp_path / "outside.txt").write_text("correct horse")
    inside = tmp_path / "report"
    inside.mkdir()
    (inside / "link.txt").symlink_to(tmp_path / "outside.txt")
    assert find_leaks(inside, {"PW": "correct horse"}) == ()
