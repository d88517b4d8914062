"""What a notebook's first call makes of its surroundings."""

from pathlib import Path

import nbformat
import pytest

from analysis import workbench
from analysis.errors import ParameterError
from analysis.params.context import THREADS_VARIABLE

NOTEBOOKS = Path(__file__).resolve().parents[1] / "notebooks"


class Opened(Exception):  # noqa: N818 - no error: it ends the call where the source is opened
    """With the threads that the engine was given."""


@pytest.mark.parametrize(("told", "threads"), [("3", 3), (None, None)])
def test_the_engine_keeps_to_the_threads_it_is_given(monkeypatch, told, threads):
    def connect(*_arguments, **options):
        raise Opened(options["threads"])

    monkeypatch.setattr(workbench, "connect", connect)
    if told:
        monkeypatch.setenv(THREADS_VARIABLE, told)
    else:
        monkeypatch.delenv(THREADS_VARIABLE, raising=False)
    with pytest.raises(Opened) as opened:
        workbench.open_report("competitor_comparison", read_parameters())
    assert opened.value.args == (threads,)


@pytest.mark.parametrize("told", ["0", "-2", "two", "1.5"])
def test_what_is_no_number_of_threads_is_refused(monkeypatch, told):
    monkeypatch.setenv(THREADS_VARIABLE, told)
    with pytest.raises(ParameterError, match=r"THREADS is no number of threads.*from 1"):
        workbench.open_report("competitor_comparison", read_parameters())


def read_parameters() -> dict[str, object]:
    """Give what the notebook's own parameters cell sets."""
    notebook = nbformat.read(NOTEBOOKS / "competitor_comparison.ipynb", as_version=4)
    (cell,) = (c for c in notebook.cells if "parameters" in c.metadata.get("tags", []))
    values: dict[str, object] = {}
    exec(cell.source, values)  # noqa: S102 - our own notebook's parameters
    return values
