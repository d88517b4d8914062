"""Local polynomials at a threshold: weights, variances and what a bandwidth trades off."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from analysis.stats.inputs import Floats, Integers

_NEIGHBOURS = 3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Side:
    """Units on one side, sorted by their signed distance to the threshold."""

    x: Floats
    y: Floats
    persons: Integers

    def within(self, reach: float) -> Side:
        """Keep the units nearer than `reach`."""
        near = np.abs(self.x) < reach
        return Side(x=self.x[near], y=self.y[near], persons=self.persons[near])


@dataclass(frozen=True, slots=True, kw_only=True)
class BandwidthTerms:
    """What one side adds to the mean squared error of an estimate."""

    variance: float
    bias: float
    regularisation: float


def weights_at_cutoff(x: Floats, bandwidth: float, *, order: int) -> Floats:
    """Give the weights of outcomes in a local polynomial's coefficients at the threshold.

    Returns an array of shape (order + 1, n); row k times the outcomes is coefficient k.
    """
    kernel = np.clip(1 - np.abs(x) / bandwidth, 0, None) / bandwidth
    powers = np.vander(x / bandwidth, order + 1, increasing=True)
    gram = (powers * kernel[:, None]).T @ powers
    weights = np.linalg.solve(gram, (powers * kernel[:, None]).T)
    return np.asarray(weights / bandwidth ** np.arange(order + 1)[:, None])


def bias_corrected_weights(x: Floats, h: float, b: float) -> Floats:
    """Weights of a linear estimate less its bias, as a quadratic fit tells it."""
    linear = weights_at_cutoff(x, h, order=1)[0]
    curvature = weights_at_cutoff(x, b, order=2)[2]
    return np.asarray(linear - (linear @ x**2) * curvature)


def neighbour_variance(side: Side) -> Floats:
    """Variance of each outcome from its three nearest neighbours, ties together."""
    return np.asarray(neighbour_residuals(side) ** 2)


def neighbour_residuals(side: Side) -> Floats:
    """Each outcome less the mean of its three nearest neighbours, stretched to its own error."""
    values, place, counts = np.unique(side.x, return_inverse=True, return_counts=True)
    sums = np.bincount(place, weights=side.y, minlength=values.size)
    steps = np.arange(-_NEIGHBOURS, _NEIGHBOURS + 1)
    near = np.arange(values.size)[:, None] + steps
    valid = (near >= 0) & (near < values.size)
    near = np.clip(near, 0, values.size - 1)
    distance = np.where(valid, np.abs(values[near] - values[:, None]), math.inf)
    others = np.where(valid, counts[near], 0)
    others[:, _NEIGHBOURS] -= 1  # not oneself
    # the distance within which there are three others: sort, then count outwards
    order = np.argsort(distance, axis=1, kind="stable")
    ranked = np.take_along_axis(distance, order, axis=1)
    reached = np.cumsum(np.take_along_axis(others, order, axis=1), axis=1)
    enough = np.argmax(reached >= min(_NEIGHBOURS, side.x.size - 1), axis=1)
    limit = ranked[np.arange(values.size), enough]
    chosen = valid & (distance <= limit[:, None])
    n_others = np.where(chosen, others, 0).sum(axis=1)
    total = np.where(chosen, sums[near], 0.0).sum(axis=1)
    n = n_others[place]
    mean = (total[place] - side.y) / n
    return np.asarray(np.sqrt(n / (n + 1)) * (side.y - mean))


def fit_residuals(side: Side, reach: float, order: int) -> Floats:
    """Each outcome less the local polynomial at its place; of no use beyond the reach."""
    near = side.within(reach)
    coefficients = weights_at_cutoff(near.x, reach, order=order) @ near.y
    return np.asarray(side.y - np.vander(side.x, order + 1, increasing=True) @ coefficients)


def bandwidth_terms(
    side: Side, pilot: float, bias_reach: float, *, order: int, derivative: int
) -> BandwidthTerms:
    """Estimate variance and bias, per unit of bandwidth, of a derivative at the threshold."""
    near = side.within(pilot)
    weights = weights_at_cutoff(near.x, pilot, order=order)[derivative]
    variance = float(weights**2 @ neighbour_variance(near))
    # bias of the derivative per unit of the next coefficient and of the bandwidth's power
    power = order + 1 - derivative
    constant = float(weights @ near.x ** (order + 1)) / pilot**power
    wide = side.within(bias_reach * (1 + 1e-8))
    next_weights = weights_at_cutoff(wide.x, bias_reach * (1 + 1e-8), order=order + 1)[order + 1]
    coefficient = float(next_weights @ wide.y)
    coefficient_variance = float(next_weights**2 @ neighbour_variance(wide))
    return BandwidthTerms(
        variance=(2 * derivative + 1) * pilot ** (2 * derivative + 1) * variance,
        bias=math.sqrt(2 * power) * constant * coefficient,
        regularisation=2 * power * 3 * constant**2 * coefficient_variance,
    )
