"""Millions of cells a block at a time, so that what is worked out stays near the processor."""

from __future__ import annotations

BLOCK = 16_384
"""Cells whose intermediate results, a dozen of them, fit the cache of a core."""


def lay_blocks(n: int) -> tuple[slice, ...]:
    """Divide n cells into blocks, in order.

    Sums are taken block by block, always in the same order: they are equal in every run.

    Examples
    --------
    >>> lay_blocks(20_000)
    (slice(0, 16384, None), slice(16384, 32768, None))
    """
    return tuple(slice(start, start + BLOCK) for start in range(0, n, BLOCK))
