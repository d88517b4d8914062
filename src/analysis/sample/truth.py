"""What was planted in the sample bank, so that a report can be held against it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

Json: TypeAlias = "str | int | float | bool | Sequence[Json] | Mapping[str, Json] | None"

FORMAT = "bank-assessment sample bank"
FILE_NAME = "truth.json"


class TruthBook:
    """Collects the planted truths of all domains.

    Examples
    --------
    >>> book = TruthBook()
    >>> book.plant("purchases", "r", 1.4, unit="", meaning="Shape of the purchase rates.")
    >>> book.value("purchases", "r")
    1.4
    """

    def __init__(self) -> None:
        self._truths: dict[str, dict[str, dict[str, Json]]] = {}

    def plant(self, domain: str, name: str, value: Json, *, unit: str, meaning: str) -> None:
        """Record a truth.

        Parameters
        ----------
        domain, name : str
            Together unique.
        value : JSON value
        unit : str
            Empty for a pure number.
        meaning : str
            What it is and how it can be seen in the data, in English.

        Raises
        ------
        ValueError
            If `domain` already has a truth called `name`.
        """
        truths = self._truths.setdefault(domain, {})
        if name in truths:
            raise ValueError(f"truth {domain}.{name} is planted twice")
        truths[name] = {"value": value, "unit": unit, "meaning": meaning}

    def value(self, domain: str, name: str) -> Json:
        """Give a planted value back."""
        return self._truths[domain][name]["value"]

    def write(self, folder: Path, *, about: dict[str, Json]) -> None:
        """Write ``truth.json``, which also marks the folder as a sample bank."""
        content = {"format": FORMAT, **about, "truths": self._truths}
        text = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True)
        (folder / FILE_NAME).write_text(text + "\n", encoding="utf-8", newline="\n")


def is_sample_bank(folder: Path) -> bool:
    """Whether `folder` was written by `write_sample_bank`."""
    try:
        content = json.loads((folder / FILE_NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(content, dict) and content.get("format") == FORMAT
