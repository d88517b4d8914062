"""How a run of a notebook came out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from analysis.errors import ExitCode


class FailureKind(StrEnum):
    """Why a notebook did not become a report."""

    BAD_NOTEBOOK = "bad_notebook"
    """It cannot be read, or lacks the cells tagged ``parameters`` and ``end``."""
    CELL_RAISED = "cell_raised"
    KERNEL_DIED = "kernel_died"
    OUT_OF_MEMORY = "out_of_memory"
    CELL_TIMED_OUT = "cell_timed_out"
    NOTEBOOK_TIMED_OUT = "notebook_timed_out"
    LEFT_EARLY = "left_early"
    """``sys.exit`` in a cell, or cells that did not run."""
    OUTPUTS_LOST = "outputs_lost"
    """What was found in the notebook is not what its end says was published."""
    INPUT_CHANGED = "input_changed"
    """A table, the notebook or a module was another one after the run than before."""
    DATA = "data"
    """The source does not hold what the report needs; no kernel was started."""
    RENDERING = "rendering"
    OUTPUT = "output"
    """The finished folder could not be put into place."""
    SECRET_WRITTEN = "secret_written"  # noqa: S105 - the name of a failure
    """A file of the report holds a secret of the environment."""
    GIVES_AWAY = "gives_away"
    """It shows what lets a count that is withheld elsewhere be worked out."""
    WORKER_DIED = "worker_died"
    INTERNAL = "internal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """One reason why a run failed, without any value from the data.

    Attributes
    ----------
    kind : FailureKind
    message : str
        What happened and, where there is one, the next step.
    exit_code : ExitCode
        What the command line returns for it.
    """

    kind: FailureKind
    message: str
    exit_code: ExitCode = ExitCode.REPORTS


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a run succeeded, and every reason if not.

    Examples
    --------
    >>> Verdict(()).succeeded
    True
    """

    failures: tuple[Failure, ...]

    @property
    def succeeded(self) -> bool:
        """Whether nothing stands against the run."""
        return not self.failures
