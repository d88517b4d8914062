"""Random changes, one run after another: what an incremental run leaves is what a full one makes.

A wrong hit, a report called up to date that is not, is the worst mistake there is. The
project is made up so that each report's pages hold all that they follow from; what must
run again is worked out here, apart from the engine.
"""

from __future__ import annotations

import os
import random
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from analysis.engine.events import State

pytestmark = pytest.mark.slow

STEPS = 12
SITE = {"renderer": "render", "indexer": "index", "overview": "overview"}
USING = """
from {package}.{name} import FACTOR
from {package} import shared
show("check", "balance", detail={{"en": f"{{size}} {{FACTOR}} {{shared.VALUE}} {{TABLE}}"}})
"""


@dataclass
class World:
    """What the made-up project is now, and what each report was last made of."""

    bench: object
    rng: random.Random
    reports: tuple[str, ...] = ("alpha", "beta")
    factors: dict[str, int] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)
    notes: dict[str, int] = field(default_factory=dict)
    shared: int = 0
    lock: int = 0
    template: int = 0
    table: int = 0

    def __post_init__(self) -> None:
        for counts in (self.factors, self.sizes, self.notes):
            counts.update(dict.fromkeys(self.reports, 1))
        site = self.package / "site"
        site.mkdir()
        (site / "__init__.py").touch()
        (self.package / "pages.py").rename(site / "pages.py")
        self.write()

    @property
    def package(self) -> Path:
        return self.bench.project.folder / self.bench.project.package

    def run(self, **options):
        pages = f"{self.bench.project.package}.site.pages"
        site = {what: f"{pages}:{name}" for what, name in SITE.items()}
        return self.bench.run(**site, **options)

    def write(self) -> None:
        """Write everything as it is; a file of the same content is touched, no more."""
        project = self.bench.project
        for name in self.reports:
            cell = USING.format(package=project.package, name=name)
            cell = f"TABLE = os.environ['MADE_UP_CUSTOMERS'][:4]  # {self.notes[name]}\n{cell}"
            project.add_report(name, cell)
            module = project.folder / project.package / name / "__init__.py"
            module.write_text(f"FACTOR = {self.factors[name]}\n")
        package = self.package
        (package / "shared.py").write_text(f"VALUE = {self.shared}\n")
        (package / "unused.py").write_text(f"VALUE = {self.rng.random()}\n")
        (project.folder / "requirements.lock").write_text(f"nothing=={self.lock}\n")
        pages = package / "site" / "pages.py"
        kept = pages.read_text().rpartition("TEMPLATE =")[0]
        pages.write_text(f'{kept}TEMPLATE = "{self.template}"\n')
        self.bench.source.tables["customers"] = f"{self.table:064x}"
        sizes = {name: f"{{size: {size}}}" for name, size in self.sizes.items()}
        self.bench.write_run(*self.reports, parameters=sizes)

    def state(self, name: str) -> tuple[tuple[int, ...], int]:
        """What a report's notebook follows from, and what its pages do besides."""
        run = (self.factors[name], self.sizes[name], self.notes[name])
        return (*run, self.shared, self.lock, self.table), self.template

    def change(self) -> str:
        """Change something at random, or nothing, or back to what it was."""
        name = self.rng.choice(self.reports)
        what = self.rng.choice(
            ("factor", "size", "note", "shared", "lock", "template", "table", "touch", "damage")
        )
        value = self.rng.randrange(3)
        if what in {"factor", "size", "note"}:
            {"factor": self.factors, "size": self.sizes, "note": self.notes}[what][name] = value
        elif what not in {"touch", "damage"}:
            setattr(self, what, value)
        self.write()
        if what == "touch":
            for path in self.bench.project.folder.rglob("*.py"):
                os.utime(path)
        elif what == "damage":
            pages = self.bench.folder(name) / "report.en.html"
            pages.write_text("by hand")
        return f"{what} of {name} to {value}"


def _pages(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "manifest.json"
    }


@pytest.mark.parametrize("seed", [1])
def test_an_incremental_run_leaves_what_a_full_run_makes_and_starts_no_kernel_in_vain(bench, seed):
    world = World(bench, random.Random(seed))  # noqa: S311  # changes, no secrets
    world.run()
    made = {name: world.state(name) for name in world.reports}
    kept: dict[tuple[str, object], dict[str, bytes]] = {}
    done = []
    for _ in range(STEPS):
        done.append(world.change())
        damaged = done[-1].split()[2] if done[-1].startswith("damage") else ""
        result = world.run()
        expected = {}
        for name in world.reports:
            notebook, template = world.state(name)
            if notebook != made[name][0] or name == damaged:
                expected[name] = State.DONE
            elif template != made[name][1]:
                expected[name] = State.RENDERED
            else:
                expected[name] = State.UP_TO_DATE
            made[name] = notebook, template
        found = {outcome.target.report: outcome.state for outcome in result.outcomes}
        assert found == expected, done
        assert bench.kernels == {name for name in expected if expected[name] is State.DONE}, done
        for name in world.reports:
            pages = _pages(bench.folder(name))
            assert kept.setdefault((name, made[name]), pages) == pages, done
    incremental = {name: _pages(bench.folder(name)) for name in world.reports}
    world.run(force=True)
    assert {name: _pages(bench.folder(name)) for name in world.reports} == incremental


CAUSES = [
    ("factor", "alpha/__init__.py has changed"),
    ("note", "the notebook has changed"),
    ("size", "parameter size is 2, it was 1"),
    ("table", "table customers has other content"),
    ("lock", "the lock file has changed"),
    ("template", "the pages' template has changed"),
]


def test_each_cause_is_named_and_touches_what_depends_on_it_alone(bench):
    world = World(bench, random.Random(0))  # noqa: S311  # changes, no secrets
    world.run()
    for what, reason in CAUSES:
        if what in {"factor", "note", "size"}:
            {"factor": world.factors, "note": world.notes, "size": world.sizes}[what]["alpha"] = 2
        else:
            setattr(world, what, 5)
        world.write()
        world.run()
        alone = what in {"factor", "note", "size"}
        assert set(bench.started) == ({"alpha"} if alone else {"alpha", "beta"})
        assert [reasons[0].endswith(reason) for reasons in bench.started.values()] == [True] * len(
            bench.started
        )
        assert bench.kernels == (set() if what == "template" else set(bench.started))
    result = world.run()
    assert bench.started == {}
    assert "the same notebook" in result.outcomes[0].reasons[0]
