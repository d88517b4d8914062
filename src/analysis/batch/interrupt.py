"""Ctrl-C once lets what runs come to its end; twice stops at once."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

from analysis.engine.events import Listener, Note


@dataclass(slots=True)
class Wish:
    """What the user wishes.

    Attributes
    ----------
    to_stop : bool
        No further report is to begin.
    """

    to_stop: bool = False


@contextmanager
def hear_interrupts(listener: Listener) -> Iterator[Wish]:
    """Take the first Ctrl-C as a wish, the second as `KeyboardInterrupt`.

    Only in the main thread, and where no one else answers Ctrl-C.

    Parameters
    ----------
    listener : callable
        Told of the wish.
    """
    wish = Wish()
    before = signal.getsignal(signal.SIGINT)
    is_main = threading.current_thread() is threading.main_thread()
    if before is not signal.default_int_handler or not is_main:
        yield wish
        return

    def hear(number: int, frame: FrameType | None) -> None:
        if wish.to_stop:
            raise KeyboardInterrupt
        wish.to_stop = True
        listener(Note("Finishing what runs; Ctrl-C again stops it"))

    signal.signal(signal.SIGINT, hear)
    try:
        yield wish
    finally:
        signal.signal(signal.SIGINT, before)
