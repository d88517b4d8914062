"""What happened in a run, for those who look after it: one file a run, one JSON object a line.

A line says when, what and how long. Values of the data never get here: what fails is
named by kind, type and place, as on the terminal.
"""

from __future__ import annotations

import datetime as dt
import getpass
import json
import os
import platform
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from analysis.engine.events import (
    Advanced,
    Event,
    Expected,
    Finished,
    Listener,
    Note,
    Outcome,
    Planned,
    Started,
    Target,
)

LOGS = "logs"
_KEPT = 50


@dataclass(slots=True)
class RunLog:
    """Writes down what it hears, and passes it on.

    A log that cannot be written, as on a full disk, stops no report.

    Attributes
    ----------
    path : Path
    """

    path: Path
    _stream: IO[str] | None
    _next: Listener
    _start: float = field(default_factory=time.monotonic)

    def listen(self, event: Event) -> None:
        """Hear what happens in a batch."""
        record = _describe(event)
        if record is not None:
            self.write(record)
        self._next(event)

    def write(self, record: Mapping[str, Any]) -> None:
        """Write one line."""
        line = {
            "at": dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds"),
            "elapsed": round(time.monotonic() - self._start, 3),
            **record,
        }
        if self._stream is not None:
            with suppress(OSError):
                self._stream.write(json.dumps(line, ensure_ascii=False) + "\n")
                self._stream.flush()

    def close(self, phases: Mapping[str, float]) -> None:
        """Write down that the run has come to its end."""
        seconds = {name: round(value, 3) for name, value in phases.items()}
        self.write({"event": "ended", "phases": seconds})


@contextmanager
def keep_log(folder: Path, run: str, listener: Listener) -> Iterator[RunLog]:
    """Keep the log of a run in ``logs/`` of its folder.

    Parameters
    ----------
    folder : Path
        The run's folder, held by this process.
    run : str
    listener : callable
        Told all that the log is told.

    Yields
    ------
    RunLog
    """
    stamp = dt.datetime.now(dt.UTC).strftime("%Y%m%dT%H%M%S.%fZ")
    path = folder / LOGS / f"{stamp}-{os.getpid()}.jsonl"
    stream = _open(path)
    log = RunLog(path, stream, listener)
    who = {"user": _user(), "machine": platform.node(), "process": os.getpid()}
    log.write({"event": "begun", "run": run, **who})
    try:
        yield log
    except BaseException as error:
        log.write({"event": "stopped", "by": type(error).__name__})
        raise
    finally:
        if stream is not None:
            with suppress(OSError):
                stream.close()


def _open(path: Path) -> IO[str] | None:
    try:
        path.parent.mkdir(exist_ok=True)
        for old in sorted(path.parent.glob("*.jsonl"))[: -(_KEPT - 1)]:
            old.unlink()
        return path.open("w", encoding="utf-8", newline="\n")
    except OSError:
        return None


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""


def _describe(event: Event) -> dict[str, Any] | None:
    match event:
        case Planned(targets):
            return {"event": "planned", "reports": [_name(target) for target in targets]}
        case Note(text):
            return {"event": "note", "text": text}
        case Started(target, reasons):
            return {"event": "started", **_name(target), "reasons": list(reasons)}
        case Finished(outcome):
            return {"event": "finished", **_describe_outcome(outcome)}
        case Advanced() | Expected():
            return None


def _name(target: Target) -> dict[str, str]:
    return {"report": target.report, "scope": target.scope}


def _describe_outcome(outcome: Outcome) -> dict[str, Any]:
    return {
        **_name(outcome.target),
        "state": outcome.state.value,
        "reasons": list(outcome.reasons),
        "failures": [
            {"kind": failure.kind.value, "message": failure.message} for failure in outcome.failures
        ],
        "seconds": outcome.seconds,
        "phases": dict(outcome.phases),
        "kernel": outcome.kernel,
    }
