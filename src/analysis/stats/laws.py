"""Quantiles and tails of the laws that intervals and tests rest on.

The same functions of `scipy.special` that `scipy.stats` calls, without the second of
processor time that importing all its distributions takes in every process.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import chdtrc, fdtrc, gammaincinv, ndtr, ndtri, stdtr, stdtrit

Number = npt.ArrayLike
"""A number, or an array of them."""


def normal_quantile(share: Number) -> Any:
    """Value below which this share of a standard normal law lies.

    Examples
    --------
    >>> round(float(normal_quantile(0.975)), 6)
    1.959964
    """
    return ndtri(share)


def normal_cdf(value: Number) -> Any:
    """Share of a standard normal law below `value`."""
    return ndtr(value)


def normal_tail(value: Number) -> Any:
    """Share of a standard normal law above `value`."""
    return ndtr(-np.asarray(value))


def student_quantile(share: Number, freedom: Number) -> Any:
    """Value below which this share of Student's law with `freedom` degrees lies.

    Examples
    --------
    >>> round(float(student_quantile(0.975, 10)), 6)
    2.228139
    """
    return stdtrit(freedom, share)


def student_tail(value: Number, freedom: Number) -> Any:
    """Share of Student's law with `freedom` degrees above `value`."""
    return stdtr(freedom, -np.asarray(value))


def chi_squared_quantile(share: Number, freedom: Number) -> Any:
    """Value below which this share of a chi-squared law with `freedom` degrees lies.

    Examples
    --------
    >>> round(float(chi_squared_quantile(0.95, 2)), 6)
    5.991465
    """
    return 2 * gammaincinv(np.asarray(freedom) / 2, share)


def chi_squared_tail(value: Number, freedom: Number) -> Any:
    """Share of a chi-squared law with `freedom` degrees above `value`."""
    return chdtrc(freedom, value)


def fisher_tail(value: Number, numerator: Number, denominator: Number) -> Any:
    """Share of Fisher's law with these degrees of freedom above `value`."""
    return fdtrc(numerator, denominator, value)
