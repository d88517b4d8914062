"""jsonschema without the grammar that takes two seconds to compile, and nothing else changed."""

from __future__ import annotations

import subprocess
import sys


def _run(code: str) -> list[str]:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.split()


def test_the_grammar_is_left_out_and_can_still_be_imported_afterwards():
    told = _run(
        "import sys\n"
        "from analysis.engine.startup import import_jsonschema\n"
        "import_jsonschema()\n"
        "import nbformat\n"
        "print('rfc3987_syntax' in sys.modules)\n"
        "import rfc3987_syntax\n"
        "print(rfc3987_syntax.is_valid_syntax('iri', 'http://example.org/'))\n"
    )
    assert told == ["False", "True"]


def test_notebooks_are_checked_as_before():
    told = _run(
        "from analysis.engine.startup import import_jsonschema\n"
        "import_jsonschema()\n"
        "import nbformat\n"
        "nb = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell('1')])\n"
        "nbformat.validate(nb)\n"
        "nb.cells[0]['cell_type'] = 'wrong'\n"
        "try:\n"
        "    nbformat.validate(nb)\n"
        "except nbformat.ValidationError:\n"
        "    print('refused')\n"
    )
    assert told == ["refused"]
