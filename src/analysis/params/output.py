"""Where a run's pages go: always beneath the reports folder."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath

from analysis.errors import OutputError, Problem
from analysis.params.names import is_plain, is_reserved

_DRIVE = re.compile(r"[A-Za-z]:")


def check_output(text: str) -> str:
    """Give a run's output folder back if it is a plain relative path.

    Parameters
    ----------
    text : str
        Plain names with ``/`` between them: ``2025/q4``.

    Raises
    ------
    ValueError
        Saying which rule it breaks.

    Examples
    --------
    >>> check_output("2025/q4")
    '2025/q4'
    """
    if "\\" in text:
        raise ValueError("an output folder has no backslash; put / between its names")
    if text.startswith("/") or _DRIVE.match(text):
        raise ValueError("an output folder is relative to the reports folder, not absolute")
    if text.startswith("~"):
        raise ValueError("an output folder does not begin with ~")
    for part in text.split("/"):
        if part in {".", ".."}:
            raise ValueError(f"an output folder stays in the reports folder: no '{part}'")
        if not is_plain(part):
            raise ValueError("each name of an output folder is plain: letters, digits, - and _")
        if is_reserved(part):
            raise ValueError("a name of an output folder is one that Windows keeps for devices")
    return text


def locate_output(output: str, reports_folder: Path) -> Path:
    """Give the folder that a run's pages go to, links followed.

    Parameters
    ----------
    output : str
        The run's `RunFile.output_folder`.
    reports_folder : Path
        Need not exist yet.

    Returns
    -------
    Path
        Absolute, beneath the reports folder.

    Raises
    ------
    OutputError
        If a link leads out of the reports folder, or a file stands in the way.

    Examples
    --------
    >>> locate_output("sample", Path("reports")).name
    'sample'
    """
    root = reports_folder.resolve()
    try:
        folder = root.joinpath(*PurePosixPath(check_output(output)).parts).resolve()
    except (OSError, RuntimeError) as error:  # RuntimeError: a loop of links, before 3.13
        problem = Problem(what="the output folder leads nowhere", where=output)
        raise OutputError(problem) from error
    if root not in folder.parents:
        raise OutputError(
            Problem(
                what="the output folder leaves the reports folder through a link",
                found=folder.as_posix(),
                needed=f"a folder beneath {root.as_posix()}",
                next_step="Delete the link, or name another 'output' in the run file.",
                where=output,
            )
        )
    if folder.exists() and not folder.is_dir():
        raise OutputError(
            Problem(what="a file stands where the output folder goes", where=folder.as_posix())
        )
    return folder
