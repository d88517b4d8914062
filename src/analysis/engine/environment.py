"""The environment of every kernel, ordinary or warm."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from analysis.params.context import CONTEXT_VARIABLE
from analysis.trace import ERROR_VARIABLE, TRACE_VARIABLE

_ONE_THREAD = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)
"""One thread for linear algebra, whatever --jobs is: sums come out equal to the last bit."""


def kernel_environment(folder: Path, *, extra: Mapping[str, str]) -> dict[str, str]:
    """Give the environment of a kernel whose working folder is `folder`.

    Secrets of the run's source stay in it: the kernel connects by itself. What of
    the user's own could change a result is left out: profiles, startup files.
    """
    kept = {key: value for key, value in os.environ.items() if key not in {"PYTHONSTARTUP"}}
    return {
        **kept,
        **dict.fromkeys(_ONE_THREAD, "1"),
        "IPYTHONDIR": str(folder / ".ipython"),
        "MPLBACKEND": "agg",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        "PYTHONHASHSEED": "0",
        "PYTHONUTF8": "1",
        "TZ": "UTC",
        CONTEXT_VARIABLE: str(folder / "context.json"),
        TRACE_VARIABLE: str(folder / "trace.json"),
        ERROR_VARIABLE: str(folder / "error.json"),
        **extra,
    }
