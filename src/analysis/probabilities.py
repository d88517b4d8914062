"""How a probability is written: small ones as a bound."""

from __future__ import annotations

from analysis.text import Measure, Message, Quantity, Unit, message

_SMALLEST = 0.001


def probability(p: float) -> Message:
    """Write a probability for readers.

    Examples
    --------
    >>> probability(1e-9).pattern, probability(0.2).pattern
    ('below 0.001', '{p}')
    """
    if p < _SMALLEST:
        return message("below 0.001")
    return message("{p}", p=Quantity(value=p, measure=Measure.NUMBER, unit=Unit.NONE))
