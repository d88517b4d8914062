"""The order of things: gate, plan, source, reports side by side, status, index."""

from __future__ import annotations

import importlib
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from analysis.batch.interrupt import hear_interrupts
from analysis.batch.log import keep_log
from analysis.batch.plan import make_plan
from analysis.batch.settling import Settling
from analysis.batch.source import SourceCheck, open_source
from analysis.batch.status import exit_code, index_is_current, note_index, write_status
from analysis.batch.work import Options, Places
from analysis.engine.catalog import Catalog
from analysis.engine.events import Listener, Note, Outcome, Planned, ignore
from analysis.engine.manifest import hash_renderer
from analysis.engine.store import open_run_folder
from analysis.errors import ExitCode
from analysis.params.gate import AssessmentRun, load_run
from analysis.params.output import locate_output

OpenSource = Callable[[AssessmentRun], AbstractContextManager[SourceCheck]]


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchResult:
    """How a batch came out.

    Attributes
    ----------
    folder : Path
        The run's folder; its index is ``index.html``.
    outcomes : tuple of Outcome
        One for each report and scope, in the plan's order.
    exit_code : ExitCode
    phases : tuple of (str, float)
        The seconds of each phase of the batch.
    log : Path
        What happened, one JSON object a line (`analysis.batch.log`).
    """

    folder: Path
    outcomes: tuple[Outcome, ...]
    exit_code: ExitCode
    phases: tuple[tuple[str, float], ...] = ()
    log: Path = Path()


def run_batch(
    file: Path,
    *,
    catalog: Catalog,
    options: Options,
    listener: Listener = ignore,
    open_source: OpenSource = open_source,
) -> BatchResult:
    """Run what a run file asks for, as far as it is not up to date.

    A report that fails takes no other with it but those that read its results; its
    last good version stays.

    Parameters
    ----------
    file : Path
        The run file.
    catalog : Catalog
    options : Options
    listener : callable
        Told what happens, as it happens.
    open_source : callable
        Opens the run's source.

    Returns
    -------
    BatchResult

    Raises
    ------
    ParameterError
        If the run file does not pass the gate; nothing is written then.
    DataError
        If the source cannot be opened.
    OutputError
        If the run's folder cannot be written, or another run holds it.
    KeyboardInterrupt
        At the second Ctrl-C, after every kernel is ended. The first one lets what runs
        come to its end.
    """
    run = load_run(file, catalog=catalog.specs)
    plan = make_plan(run, catalog, only=options.only)
    folder = locate_output(run.settings.output_folder, options.reports)
    planned = Planned(plan.looked_at)
    with open_run_folder(folder) as work, keep_log(folder, run.settings.run, listener) as log:
        listener = log.listen
        listener(planned)
        listener(Note("Looking at the source"))
        with (
            open_source(run) as source,
            _short_folder() as sockets,
            hear_interrupts(listener) as wish,
        ):
            places = Places(folder=folder, work=work, sockets=sockets, wish=wish)
            batch = Settling(plan, options, source, places=places, listener=listener)
            batch.run()
        write_status(folder, plan, batch.outcomes)
        site = hash_renderer(options.indexer)
        if options.force or batch.remade or not index_is_current(folder, site):
            _refresh_reviews(folder)
            listener(Note("Writing the index"))
            _load(options.indexer)(folder)
            note_index(folder, site)
            _load(options.overview)(options.reports)
        batch.watch.lap("index")
        log.close(batch.watch.seconds)
    outcomes = tuple(batch.outcomes[target] for target in plan.targets)
    return BatchResult(
        folder=folder,
        outcomes=outcomes,
        exit_code=ExitCode.INTERRUPTED if wish.to_stop else exit_code(outcomes),
        phases=tuple(batch.watch.seconds.items()),
        log=log.path,
    )


@contextmanager
def _short_folder() -> Iterator[Path]:
    """Make a folder for the kernels' sockets; it goes even when workers are killed."""
    with tempfile.TemporaryDirectory(prefix="assess-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def _refresh_reviews(folder: Path) -> None:
    """Have the pages say how their review stands: a report that was made anew voids it."""
    from analysis.site.review import refresh_reviews  # the templates are for when they are needed

    refresh_reviews(folder)


def _load(name: str) -> Callable[..., object]:
    module, _, function = name.partition(":")
    loaded: Callable[..., object] = getattr(importlib.import_module(module), function)
    return loaded
