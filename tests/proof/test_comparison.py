"""Two runs side by side: what became of each figure, beyond noise or not, and why."""

from __future__ import annotations

import datetime as dt
import json
import re
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import pytest

from analysis.batch import Options, run_batch
from analysis.batch.swaps import Swapper, _Walk, swap
from analysis.engine.catalog import load_catalog
from analysis.errors import ExitCode
from analysis.params.context import locate_source
from analysis.proof.comparison import (
    Basis,
    Cause,
    Kind,
    Published,
    Step,
    compare_reports,
    read_published,
)
from analysis.proof.factors import Factor, find_factors
from analysis.proof.runs import pick_report
from analysis.proof.runs_compared import CAUSES, compare_runs, remember_causes
from analysis.trace import hash_file

Q3, Q4 = dt.date(2025, 9, 30), dt.date(2025, 12, 31)


def published(*metrics, as_of=Q4, previous=Q3, base=5, **manifest):
    return Published(
        as_of=as_of,
        previous_as_of=previous,
        title={"en": "Life cycle"},
        scope_title={"en": "Whole bank"},
        rounding_base=base,
        metrics={metric.name: metric for metric in metrics},
        manifest=manifest,
    )


@pytest.fixture
def metric(making):
    def make(name="stable", value=0.6, half=0.01, **changes):
        fields = {
            "value": value,
            "low": None if half is None else value - half,
            "high": None if half is None else value + half,
            "change": None,
            "change_low": None,
            "change_high": None,
            **changes,
        }
        return making.make_metric(name, making.both("A", "甲"), making.same("x"), **fields)

    return make


def only(old, new, **options):
    (change,) = compare_reports(old, new, **options)
    return change


def earlier(*metrics, **manifest):
    return published(*metrics, as_of=Q3, previous=dt.date(2025, 6, 30), **manifest)


def test_a_figure_whose_old_value_the_new_run_finds_again_has_really_changed(metric):
    old = earlier(metric(value=0.60), tables={"customers": "a"})
    new = published(
        metric(value=0.63, change=0.03, change_low=0.02, change_high=0.04),
        tables={"customers": "b"},
    )
    change = only(old, new)
    assert (change.kind, change.cause) == (Kind.CHANGED, Cause.REAL)
    assert change.effects[0].basis is Basis.RECOMPUTED
    assert (change.low, change.high, change.beyond_noise) == (0.02, 0.04, True)


def test_rounding_alone_restates_nothing(metric):
    old = earlier(metric(value=0.6000, n=10_000))
    new = published(metric(value=0.6300, change=0.0296, n=10_000))
    assert only(old, new).kind is Kind.CHANGED
    far = published(metric(value=0.6300, change=0.0290, n=10_000))
    assert only(old, far).kind is Kind.RESTATED


@pytest.mark.parametrize(
    ("differs", "cause"),
    [
        ({"tables": {"customers": "b"}}, Cause.DATA),
        ({"modules": {"analysis/lifecycle/stages.py": "b"}}, Cause.CODE),
        ({"notebook": "b"}, Cause.CODE),
        ({"parameters": {"lost_after_months": 9}}, Cause.PARAMETERS),
        ({"settings": {"disclosure": {"rounding_base": 10}}}, Cause.PARAMETERS),
        ({"lock": "b"}, Cause.ENVIRONMENT),
        ({"libraries": {"pandas": "4.0"}}, Cause.ENVIRONMENT),
    ],
)
def test_a_restated_figure_is_put_down_to_the_only_thing_that_differs(metric, differs, cause):
    old = earlier(metric(value=0.60))
    new = published(metric(value=0.66, change=0.02), **differs)
    change = only(old, new)
    assert change.kind is Kind.RESTATED
    assert [(e.cause, round(e.amount, 6), e.basis) for e in change.effects] == [
        (cause, 0.04, Basis.ONLY),
        (Cause.REAL, 0.02, Basis.RECOMPUTED),
    ]


def test_two_things_that_differ_leave_the_cause_unknown_and_name_both(metric):
    old = earlier(metric(value=0.60))
    new = published(metric(value=0.66, change=0.0), lock="b", tables={"customers": "b"})
    (effect,) = only(old, new).effects
    assert (effect.cause, effect.basis) == (Cause.UNKNOWN, Basis.NONE)
    assert effect.candidates == ("environment", "data")


def test_without_a_figure_of_the_old_day_real_is_one_of_the_candidates(metric):
    old = earlier(metric(value=0.60), tables={"customers": "a"})
    new = published(metric(value=0.66), tables={"customers": "b"})
    (effect,) = only(old, new).effects
    assert effect.candidates == ("data", "real")
    same = published(metric(value=0.66), tables={"customers": "a"})
    assert only(old, same).cause is Cause.REAL


def test_the_same_day_with_another_figure_is_restated_and_never_real(metric):
    old = published(metric(value=0.60))
    new = published(metric(value=0.62), tables={"customers": "b"})
    change = only(old, new)
    assert (change.kind, change.cause) == (Kind.RESTATED, Cause.DATA)
    unexplained = only(old, published(metric(value=0.62)))
    assert unexplained.effects[0].candidates == ()


@pytest.mark.parametrize(("value", "beyond"), [(0.613, False), (0.615, True)])
def test_without_an_interval_of_its_own_a_change_is_held_against_both_intervals(
    metric, value, beyond
):
    """Half widths of .01 each: beyond noise from .01 times the root of 2, .0141, on."""
    change = only(earlier(metric(value=0.60)), published(metric(value=value)))
    assert change.beyond_noise is beyond


def test_new_vanished_withheld_and_unchanged_figures_are_called_so(metric):
    old = earlier(metric("gone"), metric("hidden"), metric("same", change=0.0))
    new = published(
        metric("fresh"),
        metric("hidden", half=None, value=None, suppressed=True),
        metric("same", change=0.0),
    )
    kinds = {change.name: change.kind for change in compare_reports(old, new)}
    assert kinds == {
        "fresh": Kind.NEW, "hidden": Kind.WITHHELD, "same": Kind.UNCHANGED, "gone": Kind.VANISHED,
    }  # fmt: skip


def test_the_steps_of_re_runs_add_up_to_the_difference(metric):
    old, new = earlier(metric(value=10.0)), published(metric(value=20.0))
    steps = (
        Step(causes=(Cause.CODE,), values={"stable": 11.0}),
        Step(causes=(Cause.DATA,), values={"stable": 11.0}),
        Step(causes=(Cause.PARAMETERS,), values={"stable": 17.0}),
    )
    effects = only(old, new, steps=steps).effects
    assert [(e.cause, e.amount) for e in effects] == [
        (Cause.PARAMETERS, 6.0), (Cause.REAL, 3.0), (Cause.CODE, 1.0),
    ]  # fmt: skip


def test_the_period_and_the_place_of_the_source_are_no_factors():
    one = {
        "parameters": {"as_of": "2025-09-30", "run": "q3"},
        "settings": {"period": "Q3", "source": {"folder": "../q3"}, "languages": ["en"]},
    }
    other = {
        "parameters": {"as_of": "2025-12-31", "run": "q4"},
        "settings": {"period": "Q4", "source": {"folder": "../q4"}, "languages": ["zh"]},
    }
    assert find_factors(one, other) == {}


# A report of one figure: data * size * FACTOR, plus what the lock file and the month add.

_CELL = """
import json
context = json.loads(open(os.environ["BANK_ASSESSMENT_CONTEXT"]).read())
file = context["run"]["source"]["folder"] + "/customers.txt"
data = float(open(file).read())
lock = len(open(os.environ["MADE_UP"] + "/requirements.lock").read().split())
value = data * size * alpha.FACTOR + 7 * (lock - 1) + int(as_of[5:7])
show("metric", "total", value=value)
show("check", "balance")
"""

_ENDING = """
from analysis.trace import hash_file
from pathlib import Path
write_trace(
    os.environ["BANK_ASSESSMENT_TRACE"],
    reads=[{{"name": "customers", "sha256": hash_file(Path(file)), "rows": 3}}],
    packages=("{package}",),
)
show("end", published=["metric:total", "check:balance"])
"""

_FIGURES = '''
"""Pages of the made-up report: its figure and nothing else."""
import json

def render(folder):
    notebook = json.loads((folder / "notebook.ipynb").read_text())
    manifest = json.loads((folder / "manifest.json").read_text())
    metrics = [
        data for cell in notebook["cells"] for output in cell.get("outputs", [])
        for mime, data in output.get("data", {}).items() if ".metric." in mime
    ]
    told = {
        "as_of": manifest["parameters"]["as_of"],
        "previous_as_of": manifest["parameters"]["previous_as_of"],
        "title": {"en": "Made up"}, "scope_title": {"en": "Whole bank"}, "disclosure": {},
    }
    (folder / "results.json").write_text(json.dumps({"report": told, "metrics": metrics}))
    (folder / "report.en.html").write_text("<p>made up</p>")
'''

_METRIC = """
FIELDS["metric"] = {
    "label": {"en": "Total"}, "definition": {}, "measure": "number", "unit": "none",
    "low": None, "high": None, "confidence": None, "n": None, "suppressed": False,
    "text": {"en": "x"}, "interval_text": {}, "change_text": {}, "change": None,
    "change_low": None, "change_high": None, "trend": "unknown",
}
"""


class FolderCheck:
    """A source of one table in a text file."""

    def __init__(self, folder: Path):
        self._file = folder / "customers.txt"

    def fingerprint(self, table):
        return hash_file(self._file) if table == "customers" else None

    def has(self, table):
        return table == "customers"

    def problems(self, table):
        return ()

    def checked(self, tables):
        return ()

    def scope_problems(self, scope):
        return ()


@contextmanager
def open_folder(run):
    yield FolderCheck(locate_source(run).source.folder)


@dataclass
class Bench:
    """One made-up report that is run for one period after another."""

    project: object
    reports: Path

    def options(self, reports):
        package = self.project.package
        return Options(
            reports=reports,
            renderer=f"{package}.figures:render",
            indexer=f"{package}.pages:index",
            environment={**self.project.environment, "MADE_UP": str(self.project.folder)},
            kernels="ordinary",
        )

    @property
    def catalog(self):
        return load_catalog(self.project.folder, package=self.project.package)

    def run(self, name, *, data=100, size=1, factor=1, lock="one", as_of="2025-09-30"):
        project = self.project
        module = project.folder / project.package / "alpha" / "__init__.py"
        module.write_text(f"FACTOR = {factor}\n")
        (project.folder / "requirements.lock").write_text(lock)
        source = project.folder / f"data-{data}"
        source.mkdir(exist_ok=True)
        (source / "customers.txt").write_text(str(data))
        settings = {
            "run": name,
            "title": {"en": name},
            "period": name,
            "as_of": as_of,
            "previous_as_of": "2025-06-30",
            "scopes": ["bank"],
            "languages": ["en"],
            "source": {"folder": f"../data-{data}"},
            "reports": {"alpha": {"size": size}},
        }
        file = project.folder / "params" / f"{name}.yaml"
        file.parent.mkdir(exist_ok=True)
        file.write_text(json.dumps(settings))
        result = run_batch(
            file,
            catalog=self.catalog,
            options=self.options(self.reports),
            open_source=open_folder,
        )
        assert result.exit_code is ExitCode.DONE
        return result.folder

    def compare(self, old, new, *, rerun=False):
        if rerun:
            swapped = swap(
                old,
                pick_report(new, "alpha", "bank"),
                Swapper(
                    catalog=self.catalog,
                    params=self.project.folder / "params",
                    options=self.options(self.reports),
                    open_source=open_folder,
                ),
            )
            told = {("alpha", "bank"): (swapped.steps, swapped.missing)}
            (new / CAUSES).write_text(remember_causes(old, new, told))
        (report,) = compare_runs(old, new).reports
        (change,) = report.changes
        return report, change


@pytest.fixture
def bench(project, tmp_path):
    package = project.folder / project.package
    project.add_report("alpha", _CELL, ending=_ENDING.format(package=project.package))
    showing = package / "showing.py"
    showing.write_text(showing.read_text() + _METRIC)
    (package / "figures.py").write_text(_FIGURES)
    return Bench(project, tmp_path / "reports")


@pytest.mark.slow
def test_one_planted_cause_of_each_kind_is_found(bench):
    old = bench.run("old")
    for name, changed, cause, amount in (
        ("data", {"data": 120}, Cause.DATA, 20),
        ("code", {"factor": 2}, Cause.CODE, 100),
        ("parameters", {"size": 3}, Cause.PARAMETERS, 200),
        ("environment", {"lock": "one two"}, Cause.ENVIRONMENT, 7),
        ("real", {"as_of": "2025-12-31"}, Cause.REAL, 3),
    ):
        new = bench.run(name, **changed)
        _, change = bench.compare(old, new)
        (effect,) = change.effects
        assert (effect.cause, effect.amount, effect.basis) == (cause, amount, Basis.ONLY), name


@pytest.mark.slow
def test_all_at_once_are_told_apart_by_running_again_with_one_of_them_swapped(bench):
    old = bench.run("old")
    new = bench.run("new", data=120, size=3, factor=2, as_of="2025-12-31")
    report, before = bench.compare(old, new)
    assert set(report.factors) == {Factor.CODE, Factor.DATA, Factor.PARAMETERS}
    assert before.cause is Cause.UNKNOWN

    report, change = bench.compare(old, new, rerun=True)
    assert report.missing == ()
    assert {effect.cause: effect.amount for effect in change.effects} == {
        Cause.CODE: 100,  # 100 * 1 * 1 to 100 * 1 * 2
        Cause.DATA: 40,  # to 120 * 1 * 2
        Cause.PARAMETERS: 480,  # to 120 * 3 * 2
        Cause.REAL: 3,
    }
    assert sum(effect.amount for effect in change.effects) == change.difference

    (bench.project.folder / "data-100" / "customers.txt").write_text("99")
    report, change = bench.compare(old, new, rerun=True)
    assert report.missing == ("customers: the content of then is no longer there",)
    told = {effect.cause: (effect.amount, effect.candidates) for effect in change.effects}
    assert told[Cause.UNKNOWN] == (140, ("code", "data"))
    assert told[Cause.PARAMETERS] == (480, ())

    module = bench.project.folder / bench.project.package / "alpha" / "__init__.py"
    module.write_text("FACTOR = 5\n")
    report, change = bench.compare(old, new, rerun=True)
    assert "the code here is not the code" in report.missing[0]
    assert change.cause is Cause.UNKNOWN


def test_a_re_run_does_not_set_what_was_not_set():
    """A text that is empty by default is no value that a run file may give."""
    old = published(parameters={"as_of": "2025-12-31", "weights": "given", "reason": "", "n": 0})
    catalog = SimpleNamespace(specs={"alpha": SimpleNamespace(after=())})
    walk = _Walk(
        old=old, new=old, swapper=SimpleNamespace(catalog=catalog),
        report=SimpleNamespace(report="alpha", scope="bank"), old_folder=Path("old"),
    )  # fmt: skip
    assert dict(walk._reports(old)) == {"alpha": {"weights": "given", "n": 0}}


def test_what_re_runs_told_of_another_report_is_not_believed(finished, report):
    other = {"format": 1, "pairs": {"0" * 64: {"steps": [], "missing": ["something"]}}}
    (finished.folder / CAUSES).write_text(json.dumps(other))
    (compared,) = compare_runs(finished.folder, finished.folder).reports
    assert compared.missing == ()
    assert {change.kind for change in compared.changes} == {Kind.UNCHANGED}


def test_a_run_that_follows_another_has_a_page_that_compares_them(
    finished, small_cells, making, tmp_path
):
    finished.write_status(as_of="2025-09-30")
    before = finished.folder
    now = type(finished)(before.parent / "2026q1")
    header = making.make_header(as_of=dt.date(2026, 3, 31), previous_as_of=Q4, period="2026-Q1")
    metric = making.make_metric(
        "stable", making.both("Stable", "稳定"), making.same("64.1%"),
        value=0.641, low=0.63, high=0.652, change=0.03, change_low=0.01, change_high=0.05,
    )  # fmt: skip
    now.add([making.code("x", header, metric), *small_cells[1:4], small_cells[-1]])
    now.write_status(follows="sample", period="2026-Q1", as_of="2026-03-31")
    page = (now.folder / "comparison.en.html").read_text("utf-8")
    text = " ".join(re.sub(r"<[^>]+>", " ", page[page.index("<body") :]).split())
    assert "2025-Q4 against 2026-Q1" in text
    assert "Stable 61.1% 64.1% +3.0 percentage points" in text
    assert "beyond noise" in text
    assert "the bank itself: the new period's data" in text.replace("&#39;", "'")
    chinese = (now.folder / "comparison.zh.html").read_text("utf-8")
    assert "业务本身的变化" in chinese
    assert 'href="comparison.en.html"' in (now.folder / "index.html").read_text("utf-8")
    now.write_status()
    assert not (now.folder / "comparison.en.html").exists()


def test_a_report_that_cannot_be_read_is_no_report(tmp_path):
    (tmp_path / "results.json").write_text("{")
    assert read_published(tmp_path) is None
