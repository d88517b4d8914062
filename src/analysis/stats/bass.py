"""How a new product spreads: the Bass model of adoption.

Of those who have not adopted, a share p adopts by itself in each period (innovation),
and a share q times the part of the ceiling m that has adopted follows (imitation).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from analysis.errors import EstimationError
from analysis.methods import Method
from analysis.results import Estimate
from analysis.stats import _bass_curve as curves
from analysis.stats._bass_refusals import (
    LARGEST_CEILING_OVER_ADOPTED,
    MINIMUM_PERIODS_DISCRETE,
    MINIMUM_PERIODS_NONLINEAR,
    no_ceiling,
    read_series,
    refuse_edges,
    refuse_late_peak,
    refuse_unbearable,
    refuse_unidentified,
)
from analysis.stats.inputs import bracket, confidence_problem, refuse
from analysis.stats.laws import student_quantile
from analysis.stats.purchase_cells import FloatArray
from analysis.text import message

Form = Literal["increments", "density"]

_ASSUMPTIONS = (
    message("Everyone who will ever adopt does so once, out of a fixed ceiling."),
    message("Innovation and imitation stay the same over the product's life."),
)
_CITATION = (
    "Bass, F. M. (1969). A new product growth for model consumer durables. "
    "Management Science 15(5), 215-227"
)
METHOD_DISCRETE = Method(
    name=message("Bass model of adoption, least squares on the discrete form"),
    citation=f"{_CITATION}.",
    assumptions=(
        *_ASSUMPTIONS,
        message("Estimates only: the regressors hold past deviations, so no interval is honest."),
    ),
)
METHOD_NONLINEAR = Method(
    name=message("Bass model of adoption, nonlinear least squares"),
    citation=f"{_CITATION}; Srinivasan, V., & Mason, C. H. (1986). Nonlinear least squares "
    "estimation of new product diffusion models. Marketing Science 5(2), 169-178.",
    assumptions=(
        *_ASSUMPTIONS,
        message("Deviations of a period's adopters from the curve are independent of each other."),
        message("Their variance grows with the expected number, or is even where stated."),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Bass:
    """A Bass model fitted by nonlinear least squares.

    Attributes
    ----------
    m : Estimate
        Ceiling: all who will ever adopt, in the unit of the series.
    p, q : Estimate
        Innovation and imitation, shares per period.
    m_error, p_error, q_error : float
        Standard errors.
    peak_time : Estimate
        Periods from launch to the peak of adoption; 0 where adoption only falls.
    peak_adopters : Estimate
        Rate of adoption at the peak, adopters per period.
    log_covariance : ndarray of float64, shape (3, 3)
        Covariance of the logarithms of (m, p, q).
    dispersion : float
        Variance of a period's adopters around the curve, where the scatter is even;
        that variance over the expected number, where they scatter as counts.
    degrees_of_freedom : int
    n_periods : int
    adopted : float
        Adopters so far.
    form : {'increments', 'density'}
        What was fitted to the adopters of a period.
    scatter : {'counts', 'even'}
        How the adopters of a period vary around the curve.
    method : Method
    """

    m: Estimate
    p: Estimate
    q: Estimate
    m_error: float
    p_error: float
    q_error: float
    peak_time: Estimate
    peak_adopters: Estimate
    log_covariance: FloatArray
    dispersion: float
    degrees_of_freedom: int
    n_periods: int
    adopted: float
    form: Form
    scatter: curves.Scatter
    method: Method = METHOD_NONLINEAR

    @property
    def parameters(self) -> FloatArray:
        """The three values, in the order m, p, q."""
        return np.array([self.m.value, self.p.value, self.q.value])


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscreteBass:
    """Bass's own estimates, without intervals.

    The regressors of the discrete form hold the deviations of earlier periods, so that
    its usual standard errors understate what is not known (Srinivasan and Mason 1986):
    take `Bass` for inference.

    Attributes
    ----------
    m : float
        Ceiling: all who will ever adopt, in the unit of the series.
    p, q : float
        Innovation and imitation, shares per period.
    peak_time : float
        Periods from launch to the peak of adoption; 0 where adoption only falls.
    peak_adopters : float
        Rate of adoption at the peak, adopters per period.
    n_periods : int
    method : Method
    """

    m: float
    p: float
    q: float
    peak_time: float
    peak_adopters: float
    n_periods: int
    method: Method = METHOD_DISCRETE


def fit_bass_discrete(adopters: Sequence[float] | npt.NDArray[np.float64]) -> DiscreteBass:
    """Fit by ordinary least squares of a period's adopters on those before, and their square.

    Parameters
    ----------
    adopters : sequence of float, length n_periods
        New adopters per period, from launch on.

    Returns
    -------
    DiscreteBass

    Raises
    ------
    EstimationError
        With fewer than 5 periods, negative adopters, no ceiling or no peak in sight,
        or p and q that the model cannot bear.

    Source
    ------
    Bass (1969), equation 9.

    Examples
    --------
    >>> fit = fit_bass_discrete([0.517, 1.169, 1.604, 2.044, 2.286])
    >>> round(fit.p, 7), round(fit.q, 7), round(fit.m, 6)
    (0.0626032, 0.7376636, 10.503677)
    """
    series = read_series(adopters, minimum=MINIMUM_PERIODS_DISCRETE)
    before = np.cumsum(series) - series
    scale = float(series.sum())
    design = np.column_stack([np.ones_like(before), before / scale, (before / scale) ** 2])
    a, b, c = np.linalg.lstsq(design, series / scale, rcond=None)[0].tolist()
    if c >= 0 or b**2 <= 4 * a * c:
        raise EstimationError(no_ceiling("a series that does not bend down"))
    ceiling = (-b - math.sqrt(b**2 - 4 * a * c)) / (2 * c)
    p, q = a / ceiling, -ceiling * c
    refuse_unbearable(p, q)
    refuse_late_peak(p, q, len(series))
    if ceiling > LARGEST_CEILING_OVER_ADOPTED:
        raise EstimationError(no_ceiling(f"a ceiling of {ceiling:.0f} times all adopters so far"))
    peak = curves.find_peak(ceiling * scale, p, q)
    return DiscreteBass(
        m=ceiling * scale,
        p=p,
        q=q,
        peak_time=peak.time,
        peak_adopters=peak.size,
        n_periods=len(series),
    )


def fit_bass_nonlinear(
    adopters: Sequence[float] | npt.NDArray[np.float64],
    *,
    confidence: float,
    form: Form = "increments",
    scatter: curves.Scatter = "counts",
) -> Bass:
    """Fit by nonlinear least squares on the adoption curve.

    Parameters
    ----------
    adopters : sequence of float, length n_periods
        New adopters per period, from launch on.
    confidence : float
        Coverage of the intervals, which are symmetric on the log scale.
    form : {'increments', 'density'}
        Whether a period's adopters are the growth of the curve over the period, or its
        slope at the period's end.
    scatter : {'counts', 'even'}
        Whether adopters are counts of persons whose variance grows with the expected
        number (reweighted until the curve stays, with standard errors that hold for
        other variances too), or vary alike in all periods.

    Returns
    -------
    Bass

    Raises
    ------
    EstimationError
        With fewer than 8 periods, negative adopters, counts that are not whole, no
        ceiling or no peak in sight, or p and q that the model cannot bear.

    Source
    ------
    Srinivasan and Mason (1986); for counts, the standard errors HC3 of MacKinnon, J. G.,
    & White, H. (1985), Journal of Econometrics 29(3), 305-325.

    Examples
    --------
    >>> vcr = [840, 1470, 2110, 4000, 7590, 10950, 10530, 9470, 7790, 5890]
    >>> fit = fit_bass_nonlinear(vcr, confidence=0.95, form="density", scatter="even")
    >>> f"{fit.m.value:.0f} {fit.m_error:.0f}"
    '67981 3128'
    """
    refuse([confidence_problem(confidence)])
    series = read_series(adopters, minimum=MINIMUM_PERIODS_NONLINEAR, whole=scatter == "counts")
    curve = curves.increments if form == "increments" else curves.density
    nearest = curves.find_nearest(curve, series, scatter)
    refuse_edges(nearest, len(series))
    information = nearest.jacobian.T @ nearest.jacobian
    if np.linalg.cond(information) > 1e14:
        raise EstimationError(no_ceiling("a series that many curves fit alike"))
    dispersion = float(nearest.deviations @ nearest.deviations) / (len(series) - 3)
    inverse: FloatArray = np.asarray(np.linalg.inv(information), dtype=np.float64)
    covariance = inverse * dispersion if scatter == "even" else _sandwich(nearest, inverse)
    logs = nearest.log_parameters
    return _conclude(logs, covariance, dispersion, series, form, scatter, confidence)


def _sandwich(nearest: curves.NearestCurve, inverse: FloatArray) -> FloatArray:
    """Covariance that holds whatever the variances of the periods: HC3."""
    slopes = nearest.jacobian
    leverage = np.einsum("ij,jk,ik->i", slopes, inverse, slopes)
    parts = slopes * (nearest.deviations / (1 - leverage))[:, None]
    covariance: FloatArray = inverse @ (parts.T @ parts) @ inverse
    return covariance


def _conclude(
    logs: FloatArray,
    covariance: FloatArray,
    dispersion: float,
    series: FloatArray,
    form: Form,
    scatter: curves.Scatter,
    confidence: float,
) -> Bass:
    m, p, q = np.exp(logs).tolist()
    errors = np.sqrt(np.diag(covariance))
    refuse_unbearable(p, q)
    refuse_late_peak(p, q, len(series))
    refuse_unidentified(errors)
    freedom = len(series) - 3
    reach = float(student_quantile((1 + confidence) / 2, freedom))
    peak = curves.find_peak(m, p, q)
    time_reach = reach * math.sqrt(float(peak.time_slope @ covariance @ peak.time_slope))
    factor = math.exp(
        reach * math.sqrt(float(peak.log_size_slope @ covariance @ peak.log_size_slope))
    )
    estimates = [
        Estimate(
            value=value,
            low=value * math.exp(-reach * error),
            high=value * math.exp(reach * error),
            confidence=confidence,
        )
        for value, error in zip((m, p, q), errors.tolist(), strict=True)
    ]
    return Bass(
        m=estimates[0],
        p=estimates[1],
        q=estimates[2],
        m_error=m * float(errors[0]),
        p_error=p * float(errors[1]),
        q_error=q * float(errors[2]),
        peak_time=bracket(
            peak.time, max(peak.time - time_reach, 0.0), peak.time + time_reach, confidence
        ),
        peak_adopters=bracket(peak.size, peak.size / factor, peak.size * factor, confidence),
        log_covariance=covariance,
        dispersion=dispersion,
        degrees_of_freedom=freedom,
        n_periods=len(series),
        adopted=float(series.sum()),
        form=form,
        scatter=scatter,
    )
