"""What a notebook may use."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What one run of a notebook may use.

    Attributes
    ----------
    notebook_seconds : float
        From the kernel's start to the last cell.
    memory_bytes : int
        Resident memory of the kernel and of all processes that it starts.
    cell_seconds : int or None
        For each cell; no more than the notebook's where None.
    """

    notebook_seconds: float
    memory_bytes: int
    cell_seconds: int | None = None


def write_bytes(count: int) -> str:
    """Write a number of bytes for readers.

    Examples
    --------
    >>> write_bytes(4_000_000_000), write_bytes(150_000_000)
    ('4 GB', '150 MB')
    """
    return f"{count / 1e9:g} GB" if count >= 1e9 else f"{count / 1e6:.0f} MB"
