"""A batch of many scopes: what the parent does grows with their number, and no faster."""

from __future__ import annotations

import json
import re
import tracemalloc
from contextlib import contextmanager
from pathlib import Path

import pytest

from analysis.batch import Options, run_batch, work
from analysis.batch.order import Order
from analysis.engine.catalog import load_catalog
from analysis.engine.events import Advanced, Finished, Outcome, Started, State
from analysis.engine.executor import Done, Told
from analysis.engine.layout import report_folder

REPORTS = ("alpha", "beta", "gamma", "delta", "epsilon", "zeta")


class OneTable:
    """A source with one table, in which every scope is known; it counts what it is asked."""

    asked = 0

    def fingerprint(self, table):
        return "a" * 64 if table == "customers" else None

    def has(self, table):
        return table == "customers"

    def problems(self, table):
        return ()

    def checked(self, tables):
        return ()

    def scope_problems(self, scope):
        OneTable.asked += 1
        return ()


class AtOnce:
    """An executor that does each job at once, by writing what a small report leaves."""

    def __init__(self):
        self.submitted, self._messages, self._running = [], [], 0
        self.most_at_once = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    @property
    def busy(self):
        return bool(self._messages)

    @property
    def has_room(self):
        return self._running < 4

    def submit(self, job):
        self._running += 1
        self.most_at_once = max(self.most_at_once, self._running)
        self.submitted.append(job.target)
        job.destination.mkdir(parents=True)
        (job.destination / "results.json").write_text(json.dumps(results_of(job)))
        self._messages += [Told(job, Started(job.target, job.reasons))]
        self._messages += [Told(job, Advanced(job.target, cell, 20)) for cell in range(1, 21)]
        self._messages.append(Done(job, Outcome(target=job.target, state=State.DONE, seconds=1.0)))

    def receive(self, timeout=None):
        said, self._messages = self._messages[:1], self._messages[1:]
        self._running -= isinstance(said[0], Done)
        return said

    def stop(self):
        self._messages.clear()


def results_of(job) -> dict:
    words = {"en": f"About {job.target.scope}"}
    return {
        "report": {
            "kind": "report", "name": job.target.report, "title": words, "question": words,
            "run": "sample", "run_title": words, "period": "2025-Q4", "as_of": "2025-12-31",
            "previous_as_of": "2025-09-30", "scope": job.target.scope, "scope_title": words,
            "languages": ["en"], "parameters": {}, "disclosure": {}, "rules": [],
        },
        "verdict": {
            "kind": "verdict", "name": "verdict", "statement": words, "strength": "suggestive",
        },
        "metrics": [],
    }  # fmt: skip


@pytest.fixture
def run_scopes(project, tmp_path, monkeypatch):
    """Run six reports about some scopes; give the result, the executor and what was told."""
    for name in REPORTS:
        project.add_report(name, "show('check', 'balance')", after=("alpha",) * (name == "zeta"))

    def run(number: int):
        executor, events = AtOnce(), []
        monkeypatch.setattr(work, "open_pool", lambda *_, **__: (executor, ""))
        write_run(project.folder, [f"branch:{i:04}" for i in range(number)])

        @contextmanager
        def open_source(run):
            yield OneTable()

        result = run_batch(
            project.folder / "params" / "sample.yaml",
            catalog=load_catalog(project.folder, package=project.package),
            options=Options(reports=tmp_path / f"reports-{number}", kernels="ordinary"),
            listener=events.append,
            open_source=open_source,
        )
        return result, executor, events

    return run


def write_run(folder: Path, scopes: list[str]) -> None:
    (folder / "params").mkdir(exist_ok=True)
    (folder / "params" / "sample.yaml").write_text(
        "run: sample\ntitle: {en: Sample}\nperiod: 2025-Q4\nas_of: 2025-12-31\n"
        "previous_as_of: 2025-09-30\nlanguages: [en]\nsource: {folder: ../data}\n"
        f"scopes: {json.dumps(scopes)}\nreports:\n"
        + "".join(f"  {name}: {{}}\n" for name in REPORTS)
    )


@pytest.mark.slow
def test_sixty_scopes_by_six_reports_come_out_once_each_and_the_index_lists_them(run_scopes):
    result, executor, events = run_scopes(60)
    assert len(result.outcomes) == 360
    assert {outcome.state for outcome in result.outcomes} == {State.DONE}
    assert len(set(executor.submitted)) == len(executor.submitted) == 360
    assert executor.most_at_once == 4
    finished = [event.outcome.target for event in events if isinstance(event, Finished)]
    assert len(finished) == len(set(finished)) == 360
    place = {target: position for position, target in enumerate(finished)}
    for target in finished:
        if target.report == "zeta":  # it reads what alpha published about the same scope
            assert place[type(target)("alpha", target.scope)] < place[target]
    index = (result.folder / "index.html").read_text("utf-8")
    links = set(re.findall(r'href="([a-z]+/branch-\d+/report\.en\.html)"', index))
    assert len(links) == 360
    for outcome in result.outcomes:
        folder = report_folder(result.folder, outcome.target.report, outcome.target.scope)
        assert f"{folder.relative_to(result.folder).as_posix()}/report.en.html" in links


@pytest.mark.slow
def test_memory_and_questions_grow_with_the_number_of_scopes_and_no_faster(run_scopes):
    run_scopes(2)  # what is loaded once
    peaks, asked = {}, {}
    for number in (10, 40):
        OneTable.asked = 0
        tracemalloc.start()
        run_scopes(number)
        peaks[number] = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        asked[number] = OneTable.asked
    assert peaks[40] < 5 * peaks[10]
    assert asked[40] <= 4 * asked[10]


def test_the_order_of_many_targets_is_kept_without_looking_through_all_of_them():
    targets = [f"target {number}" for number in range(2000)]
    looked = []

    def predecessors(target):
        looked.append(target)
        number = int(target.split()[1])
        return [targets[number - 1000]] if number >= 1000 else []

    order = Order(targets, predecessors)
    taken = []
    while (target := order.take()) is not None:
        taken.append(target)
        order.settle(target)
    assert taken == targets
    assert len(looked) == len(targets)
