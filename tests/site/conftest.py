"""The browser, and the makers of executed notebooks and of what a run leaves."""

from types import SimpleNamespace

import pytest

from .. import making
from .browsing import CHROMIUM


@pytest.fixture(scope="module")
def browser():
    """One a module: it must not run beside tests that look for processes left behind."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def make():
    """The builders of `making`: a test states only what it is about."""
    return SimpleNamespace(
        both=making.both,
        check=making.make_check,
        code=making.code,
        end=making.make_end,
        figure=making.make_figure,
        finding=making.make_finding,
        folder=making.write_folder,
        header=making.make_header,
        input=making.make_input,
        lifecycle=lambda: making.make_notebook(*making.lifecycle_cells()),
        lifecycle_cells=making.lifecycle_cells,
        manifest=making.MANIFEST,
        markdown=making.markdown,
        metric=making.make_metric,
        notebook=making.make_notebook,
        output=making.output,
        same=making.same,
        shelf=making.write_shelf,
        stages=making.STAGES,
        svg=making.SVG,
        table=making.make_table,
        verdict=making.make_verdict,
    )
