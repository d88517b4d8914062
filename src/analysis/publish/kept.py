"""Drawings that several reports of one batch have in common, drawn once.

Many figures of a branch's report are those of the whole bank's, to the last bit. A
drawing follows from its function, its gated table, the language, the settings and the
code, and from nothing else: where all of that is the same, what was drawn is the same.
The engine names a folder of the batch in the environment, another one for each state of
the code (`analysis.engine.job`); by hand there is none, and everything is drawn.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import pickle
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FunctionType, MappingProxyType
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError

from analysis.publish.payload import PublishedMark

if TYPE_CHECKING:
    from analysis.answers import Figure
    from analysis.tables import ProtectedTable
    from analysis.text import Language

DRAWINGS_VARIABLE = "BANK_ASSESSMENT_DRAWINGS"
"""Environment variable: the folder in which a batch keeps drawings."""
MOST_KEPT = 8
"""Of one figure in one language: one that differs from scope to scope fills no disk."""

_WAIT_SECONDS = 0.02
_LONGEST_WAIT = 500

Drawn = tuple[str, tuple[PublishedMark, ...]]
DrawSvg = Callable[["Figure", "ProtectedTable", "Language"], Drawn]

_DRAWN = TypeAdapter(Drawn)
_LIBRARIES = ("matplotlib", "seaborn", "numpy", "pandas")


class KeptDrawings:
    """Draws, unless another kernel of the batch has drawn the very same.

    Parameters
    ----------
    draw : callable
        Draws a figure from its gated table in one language.
    folder : Path
        Private to the batch and to one state of the code; made when it is needed.
    """

    def __init__(self, draw: DrawSvg, folder: Path) -> None:
        self._draw = draw
        self._folder = folder

    def __call__(self, figure: Figure, table: ProtectedTable, language: Language) -> Drawn:
        """Give what was drawn, or draw."""
        loaded = _own_modules()
        place = self._place(figure, table, language, loaded)
        if place is None:
            return self._draw(figure, table, language)
        kept = _read(place)
        if kept is not None:
            return kept
        with _alone(self._folder / f"{place.stem}.drawing") as waited:
            kept = _read(place) if waited else None
            if kept is not None:
                return kept
            drawn = self._draw(figure, table, language)
            # else a kernel that takes the drawing over would not know of the module
            if loaded == _own_modules():
                with suppress(OSError):  # a full disk costs the next kernel its time alone
                    _write(place, drawn)
        return drawn

    def _place(
        self, figure: Figure, table: ProtectedTable, language: Language, loaded: tuple[str, ...]
    ) -> Path | None:
        """Say where a drawing is kept; None where what it follows from cannot be written down."""
        around = (_versions(), _drawing_settings(), loaded)
        try:
            drawn_by = _write_down((figure.draw, table.name, language))
            follows_from = _write_down((table, around))
        except Exception:  # whatever cannot be pickled, in whichever way, is drawn anew
            return None
        name = hashlib.sha256(drawn_by + follows_from).hexdigest()
        return self._folder / hashlib.sha256(drawn_by).hexdigest()[:32] / f"{name}.json"


def draw_once(draw: DrawSvg) -> DrawSvg:
    """Share drawings with the other kernels of the batch, where the engine says so."""
    folder = os.environ.get(DRAWINGS_VARIABLE)
    return KeptDrawings(draw, Path(folder)) if folder else draw


class _Writer(pickle.Pickler):
    """Writes values down in full, and functions and classes by their place in a module.

    What it writes is compared and never read back.
    """

    def reducer_override(self, value: Any) -> Any:
        """Refuse what has no such place: a notebook's own functions have names alone."""
        if isinstance(value, FunctionType | type) and value.__module__ == "__main__":
            raise pickle.PicklingError("no module")
        return (dict, (dict(value),)) if isinstance(value, MappingProxyType) else NotImplemented


def _write_down(value: object) -> bytes:
    text = io.BytesIO()
    writer = _Writer(text, protocol=pickle.HIGHEST_PROTOCOL)
    writer.fast = True  # equal values give equal bytes, whether they are one object or two
    writer.dump(value)
    return text.getvalue()


def _own_modules() -> tuple[str, ...]:
    """Name the modules of ours that are imported: a report's manifest names those."""
    names = tuple(sys.modules)  # at once: another thread of the kernel may be importing
    return tuple(sorted(name for name in names if name.partition(".")[0] == "analysis"))


def _versions() -> tuple[str, ...]:
    return tuple(str(getattr(sys.modules.get(name), "__version__", "")) for name in _LIBRARIES)


def _drawing_settings() -> str:
    """Write down matplotlib's settings, in case a cell has changed one; all is drawn as SVG."""
    matplotlib = sys.modules.get("matplotlib")
    settings = {} if matplotlib is None else dict(dict.items(matplotlib.rcParams))
    settings.pop("backend", None)
    return repr(sorted(settings.items()))


@contextmanager
def _alone(lock: Path) -> Iterator[bool]:
    """Have one kernel at a time draw the same; yield whether another one was at it.

    Kernels that start together would draw everything twice. Nothing depends on the lock:
    where there is none, or it is not let go of in a while, a kernel draws by itself. It
    goes with the process that holds it.
    """
    try:
        import fcntl  # not there on Windows

        lock.parent.mkdir(parents=True, exist_ok=True)
        file = lock.open("w")
    except (ImportError, OSError):
        yield False
        return
    with file:
        waited = False
        for _ in range(_LONGEST_WAIT):
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                waited = True
                time.sleep(_WAIT_SECONDS)
            except OSError:
                break
        try:
            yield waited
        finally:
            with suppress(OSError):
                lock.unlink(missing_ok=True)  # who waits for it still holds the file


def _read(place: Path) -> Drawn | None:
    with suppress(OSError, ValidationError):
        return _DRAWN.validate_json(place.read_bytes())
    return None


def _write(place: Path, drawn: Drawn) -> None:
    """Put a drawing into place at once; the first few of its kind."""
    place.parent.mkdir(parents=True, exist_ok=True)
    if len(list(place.parent.iterdir())) >= MOST_KEPT:
        return
    svg, marks = drawn
    text = json.dumps([svg, [mark.model_dump() for mark in marks]])
    handle, unfinished = tempfile.mkstemp(dir=place.parent, prefix=".")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(text)
        Path(unfinished).replace(place)
    except OSError:
        Path(unfinished).unlink(missing_ok=True)
        raise
