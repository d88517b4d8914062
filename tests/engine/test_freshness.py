"""Each thing that a report follows from, changed alone, is the one reason that is given."""

from __future__ import annotations

import dataclasses

import pytest

from analysis.engine.freshness import compare_with_last
from analysis.engine.manifest import (
    Inputs,
    hash_renderer,
    library_versions,
    locate_source,
    read_manifest,
    seal_manifest,
    write_manifest,
)

INPUTS = Inputs(
    report="lifecycle",
    scope="bank",
    notebook="n1",
    parameters={"confidence": 0.95, "stages": ["new", "lost"]},
    settings={"languages": ["en"], "disclosure": {"rounding_base": 5}, "source": {"url": "${DB}"}},
    tables={"customers": "c1", "transactions": "t1"},
    results={"market": "m1"},
    lock="l1",
    python="3.11.7",
    libraries={"pandas": "3.1.0"},
)
MODULES = {"bank/stages.py": "s1", "bank/words.po": "w1"}


@pytest.fixture
def folder(tmp_path):
    """A finished report made from `INPUTS`."""
    folder = tmp_path / "bank"
    (folder / "tables").mkdir(parents=True)
    (folder / "report.en.html").write_text("page")
    (folder / "tables" / "stages.csv").write_text("1")
    write_manifest(folder, {"schema": 1, **dataclasses.asdict(INPUTS), "modules": MODULES})
    seal_manifest(folder, site="site1")
    return folder


def _compare(folder, *, site="site1", sources=MODULES, **changes):
    inputs = dataclasses.replace(INPUTS, **changes)
    return compare_with_last(folder, inputs, site=site, hash_source=sources.get)


def test_the_same_is_up_to_date(folder):
    assert _compare(folder).up_to_date


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"notebook": "n2"}, "the notebook has changed"),
        ({"parameters": {"confidence": 0.9, "stages": ["new", "lost"]}},
         "parameter confidence is 0.9, it was 0.95"),
        ({"parameters": {"confidence": 0.95, "stages": ["new"]}},
         "parameter stages is ['new'], it was ['new', 'lost']"),
        ({"parameters": {**INPUTS.parameters, "seed": 1}}, "parameter seed is new"),
        ({"parameters": {"confidence": 0.95}}, "parameter stages is no longer set"),
        ({"settings": {**INPUTS.settings, "languages": ["en", "zh"]}},
         "setting languages is ['en', 'zh'], it was ['en']"),
        ({"settings": {**INPUTS.settings, "disclosure": {"rounding_base": 10}}},
         "setting disclosure.rounding_base is 10, it was 5"),
        ({"settings": {**INPUTS.settings, "source": {"folder": "data"}}},
         "setting source.folder is new"),
        ({"tables": {"customers": "c2", "transactions": "t1"}},
         "table customers has other content"),
        ({"tables": {**INPUTS.tables, "staff": "s1"}}, "table staff is new"),
        ({"tables": {"customers": "c1"}}, "table transactions is no longer there"),
        ({"results": {"market": "m2"}}, "the results of report market has other content"),
        ({"lock": "l2"}, "the lock file has changed"),
        ({"python": "3.12.1"}, "Python is 3.12.1, it was 3.11.7"),
        ({"libraries": {"pandas": "3.2.0"}}, "library pandas is '3.2.0', it was '3.1.0'"),
        ({"sources": {**MODULES, "bank/stages.py": "s2"}}, "bank/stages.py has changed"),
        ({"sources": {**MODULES, "bank/words.po": "w2"}}, "bank/words.po has changed"),
        ({"sources": {"bank/words.po": "w1"}}, "bank/stages.py is gone"),
    ],
)  # fmt: skip
def test_each_change_is_named(folder, changes, reason):
    freshness = _compare(folder, **changes)
    assert reason in freshness.run
    assert len(freshness.run) <= 2
    assert freshness.render == ()


def test_a_new_template_needs_new_pages_only(folder):
    freshness = _compare(folder, site="site2")
    assert freshness.run == ()
    assert freshness.render == ("the pages' template has changed",)
    assert not freshness.up_to_date


def test_a_new_template_is_no_reason_beside_a_run(folder):
    assert _compare(folder, site="site2", notebook="n2").render == ()


def test_files_that_are_missing_or_altered_are_named(folder):
    (folder / "report.en.html").write_text("another page")
    (folder / "tables" / "stages.csv").unlink()
    assert _compare(folder).run == (
        "tables/stages.csv is missing from its folder",
        "report.en.html is altered in its folder",
    )


def test_what_is_added_by_hand_does_not_matter(folder):
    (folder / "my notes.txt").write_text("for the meeting")
    assert _compare(folder).up_to_date


@pytest.mark.parametrize("content", ["", "{", "[]", '{"schema": 0}', "null"])
def test_a_manifest_of_another_kind_is_not_trusted(folder, content):
    (folder / "manifest.json").write_text(content)
    assert _compare(folder).run == ("its manifest is missing or cannot be read",)


def test_a_manifest_without_modules_or_files_is_not_trusted(folder):
    manifest = read_manifest(folder)
    write_manifest(folder, {**manifest, "modules": {}, "outputs": {}})
    assert _compare(folder).run == (
        "the last run left no record of its modules",
        "its manifest names no files",
    )


def test_no_report_is_a_reason(tmp_path):
    assert _compare(tmp_path / "nowhere").run == ("there is no report yet",)


def test_sources_are_found_by_their_name_and_gone_ones_are_not():
    assert locate_source("analysis/errors.py").is_file()
    assert not locate_source("analysis/no_such_module.py").exists()
    assert locate_source("no_such_package/module.py") is None


def test_versions_are_those_of_the_run_time_libraries():
    versions = dict(library_versions())
    assert "pandas" in versions
    assert "pytest" not in versions
    assert int(versions["pandas"].partition(".")[0]) >= 3


def test_the_words_of_the_pages_count_as_their_template(project):
    """The renderer's package and its catalog of words, and nothing else."""
    package = project.folder / project.package
    words = package / "locale" / "zh_CN"
    words.mkdir(parents=True)
    (package / "site").mkdir()
    (package / "site" / "__init__.py").write_text("")
    (words / "site.po").write_text("first")
    (words / "other.po").write_text("first")

    def hashed():
        return hash_renderer(f"{project.package}.site.pages:render")

    first = hashed()
    (words / "other.po").write_text("second")
    assert hashed() == first
    (words / "site.po").write_text("second")
    second = hashed()
    assert second != first
    (package / "site" / "page.j2").write_text("<p>")
    assert hashed() != second


def test_an_earlier_period_that_changed_asks_for_new_pages_and_for_no_kernel(folder):
    freshness = compare_with_last(
        folder, INPUTS, site="site1", history="h2", hash_source=MODULES.get
    )
    assert freshness.run == ()
    assert freshness.render == ("an earlier period has changed",)


def test_a_partial_report_runs_again(folder):
    manifest = read_manifest(folder)
    write_manifest(folder, {**manifest, "partial": ["Who leaves?"]})
    assert _compare(folder).run == ("a part of it failed the last time",)
