"""Sandwich covariances of maximum likelihood fits whose answers come in clusters."""

from __future__ import annotations

import numpy as np

from analysis.stats.inputs import Floats, Integers


def clustered_covariance(
    information: Floats,
    scores: Floats,
    clusters: Integers | None = None,
    strata: Integers | None = None,
) -> Floats:
    """Give the covariance of estimates whose scores are independent between clusters only.

    Parameters
    ----------
    information : ndarray, shape (k, k)
        Negative second derivative of the weighted log-likelihood.
    scores : ndarray, shape (n, k)
        Weighted first derivative of each row.
    clusters : ndarray of int, shape (n,), optional
        By default each row is one.
    strata : ndarray of int, shape (n,), optional
        Scores are centred within them, as clusters were drawn within them. A stratum
        of one cluster is compared with the mean of all.

    Returns
    -------
    ndarray, shape (k, k)

    Notes
    -----
    Binder, D. A. (1983). On the variances of asymptotically normal estimators from
    complex surveys. International Statistical Review 51, 279-292.
    """
    n = len(scores)
    group = np.arange(n) if clusters is None else np.unique(clusters, return_inverse=True)[1]
    totals = np.zeros((int(group.max()) + 1, scores.shape[1]))
    np.add.at(totals, group, scores)
    layer = np.zeros(len(totals), dtype=np.int64)
    if strata is not None:
        layer[group] = np.unique(strata, return_inverse=True)[1]
    size = np.bincount(layer)
    mean = np.zeros((len(size), scores.shape[1]))
    np.add.at(mean, layer, totals)
    mean /= size[:, np.newaxis]
    mean[size == 1] = totals.mean(axis=0)
    factor = np.where(size > 1, size / np.maximum(size - 1, 1), 1.0)[layer]
    apart = totals - mean[layer]
    inverse = np.linalg.inv(information)
    covariance: Floats = inverse @ ((apart * factor[:, np.newaxis]).T @ apart) @ inverse
    return covariance
