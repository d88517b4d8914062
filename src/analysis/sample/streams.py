"""Random numbers: one stream a table and chunk, so that none depends on another's use."""

from __future__ import annotations

import zlib

import numpy as np

CHUNK_CUSTOMERS = 25_000
"""Customers simulated together; part of what a seed means, never of the machine."""


def stream(seed: int, name: str, chunk: int = 0) -> np.random.Generator:
    """Give the generator of a named stream.

    Examples
    --------
    >>> stream(7, "purchases", 3).integers(1000) == stream(7, "purchases", 3).integers(1000)
    np.True_
    >>> stream(7, "purchases", 3).random() == stream(7, "purchases", 4).random()
    False
    """
    key = (zlib.crc32(name.encode()), chunk)
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=key))
