"""Which counts does a report withhold for the sake of others?

What a batch found when it looked at all its reports together stands in the run's folder;
a notebook that is opened by hand withholds the same.
"""

from __future__ import annotations

import json
from pathlib import Path

WITHHELD = "withheld.json"


def read_withheld(folder: Path) -> dict[tuple[str, str], frozenset[str]]:
    """Read what the last batch withheld.

    Parameters
    ----------
    folder : Path
        The run's.

    Returns
    -------
    dict of (report, scope) to frozenset of str
        Names of counts; empty where nothing was withheld, or no batch has run.

    Examples
    --------
    >>> read_withheld(Path("nowhere"))
    {}
    """
    try:
        kept = json.loads((folder / WITHHELD).read_text(encoding="utf-8"))
        return {
            (str(one["report"]), str(one["scope"])): frozenset(map(str, one["counts"]))
            for one in kept
        }
    except (OSError, ValueError, KeyError, TypeError):
        return {}
