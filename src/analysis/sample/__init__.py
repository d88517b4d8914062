"""The sample bank: seeded, of any size, with planted truths.

`write_sample_bank` writes every table of the data contract, in both languages
where text occurs, and ``truth.json`` with what a report should find. One module
a law; nothing heavy is imported before it is asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from analysis.sample.bank import SampleBank, write_sample_bank

__all__ = ["SampleBank", "write_sample_bank"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        from analysis.sample import bank

        return getattr(bank, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
