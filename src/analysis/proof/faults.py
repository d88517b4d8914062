"""What a verification finds wrong: which file, and what kind of wrong."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from analysis.errors import ExitCode


class FaultKind(StrEnum):
    """What is wrong; the gravest first."""

    ALTERED = "altered"
    LOG = "log"
    SIGNATURE = "signature"
    DERIVED = "derived"

    @property
    def exit_code(self) -> ExitCode:
        """What the shell is told."""
        return ExitCode[self.name]


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing that is wrong.

    Attributes
    ----------
    file : str
        Relative to what was verified.
    kind : FaultKind
    what : str
        In words, without the file's name.
    """

    file: str
    kind: FaultKind
    what: str

    def __str__(self) -> str:
        return f"{self.file} ({describe_file(self.file)}): {self.what}"


_KINDS = (
    (r"(.*/)?report\.[a-z]{2}\.html", "page"),
    (r"(.*/)?(lineage|comparison|index|failures|trends|matrix)[.a-z]*\.html", "page"),
    (r"(.*/)?tables/.+\.csv", "table"),
    (r"(.*/)?figures/.+\.svg", "drawing"),
    (r"(.*/)?results\.json", "results"),
    (r"(.*/)?notebook\.ipynb", "executed notebook"),
    (r"(.*/)?manifest\.json", "manifest"),
    (r"(.*/)?lineage\.json", "lineage"),
    (r".*\.xlsx", "workbook"),
    (r".*disclosure\.json", "record of disclosure"),
    (r".*\.review\.jsonl", "log of review"),
    (r"(.*/)?status\.json", "status of the run"),
    (r"sources/.+", "source of a module"),
    (r"(.*/)?pack\.json", "list of the pack"),
    (r".*\.zip", "archive"),
)


def describe_file(name: str) -> str:
    """Say what kind of file a report's or a pack's file is.

    Examples
    --------
    >>> describe_file("lifecycle/bank/tables/stages.en.csv")
    'table'
    """
    return next((kind for pattern, kind in _KINDS if re.fullmatch(pattern, name)), "file")


def gravest(faults: Iterable[Fault]) -> ExitCode:
    """Give the exit code of the gravest fault; done where there is none.

    Examples
    --------
    >>> gravest([Fault("a", FaultKind.DERIVED, ""), Fault("b", FaultKind.LOG, "")]).name
    'LOG'
    """
    kinds = {fault.kind for fault in faults}
    return next((kind.exit_code for kind in FaultKind if kind in kinds), ExitCode.DONE)


def find_differences(
    promised: dict[str, str], there: dict[str, str], *, where: str = ""
) -> list[Fault]:
    """Name each file that is altered, missing or too many.

    Parameters
    ----------
    promised, there : dict of str to str
        Digests by name.
    where : str
        Stands before each name, such as ``lifecycle/bank/``.
    """
    faults = []
    for name in sorted(promised.keys() | there.keys()):
        if name not in there:
            what = "it is missing"
        elif name not in promised:
            what = "it does not belong here"
        elif promised[name] != there[name]:
            what = "it is not as it was written"
        else:
            continue
        faults.append(Fault(f"{where}{name}", FaultKind.ALTERED, what))
    return faults
