"""What the answers of the whole population amount to, worked out from the laws behind them."""

from __future__ import annotations

import numpy as np

from analysis.sample import answers, opinions, places
from analysis.sample.frame import Frame
from analysis.sample.population import SEGMENTS
from analysis.sample.span import FloatArray, IntArray, Span
from analysis.sample.survey import WAVES, response_score, wave_day
from analysis.sample.truth import Json, TruthBook

_STEP_NAMES = [step for step, _, _ in opinions.STEPS]
_TOPIC_NAMES = [topic for topic, _, _ in opinions.TOPICS]
_WEIGHTS = np.array(opinions.DRIVER_WEIGHTS)


def plant_opinions(book: TruthBook, frame: Frame, span: Span) -> None:
    """Record satisfaction, drivers, needs, kinds of person and the scale's reliability."""
    for wave in range(len(WAVES)):
        _plant_satisfaction(book, frame, span, wave)
    book.plant(
        "survey",
        "driver_weights",
        dict(zip(_STEP_NAMES, opinions.DRIVER_WEIGHTS, strict=True)),
        unit="",
        meaning="Weights of the latent opinions on the steps (standard deviation 1).",
    )
    shares = driver_shares(_group_effects(frame, span, len(WAVES) - 1))
    book.plant(
        "survey",
        "driver_shares",
        dict(zip(_STEP_NAMES, shares.round(6).tolist(), strict=True)),
        unit="fraction of variance",
        meaning=(
            "LMG shares of the answers on the steps in the variance of overall satisfaction, "
            f"over the population of {WAVES[-1]}; they sum to R-squared."
        ),
    )
    book.plant(
        "survey",
        "trust_alpha",
        answers.cronbach_alpha(
            opinions.TRUST_LOADING, len(opinions.TRUST_ITEMS), opinions.TRUST_CUTS
        ),
        unit="",
        meaning="Cronbach's alpha of the scale 'trust' after turning the reversed question.",
    )
    _plant_needs(book)


def _plant_needs(book: TruthBook) -> None:
    book.plant(
        "survey",
        "need_shares",
        {
            segment: dict(zip(_TOPIC_NAMES, row, strict=True))
            for segment, row in zip(SEGMENTS, opinions.NEED_SHARES, strict=True)
        },
        unit="fraction",
        meaning="Chance that a customer of the segment needs the topic.",
    )
    importance = answers.mean_answer(
        np.array(opinions.KIND_IMPORTANCE), opinions.IMPORTANCE_SPREAD, opinions.FIVE_CUTS
    )
    met = answers.mean_answer(
        np.array(opinions.TOPIC_SATISFACTION), opinions.TOPIC_SPREAD, opinions.FIVE_CUTS
    )
    kinds: list[Json] = [
        {"share": share, "mean_importance": dict(zip(_TOPIC_NAMES, row.tolist(), strict=True))}
        for share, row in zip(opinions.KIND_SHARES, importance.round(6), strict=True)
    ]
    book.plant(
        "survey",
        "kinds_of_person",
        kinds,
        unit="fraction, points 1-5",
        meaning="Clusters by what they hold important, of equal shares in every segment.",
    )
    for name, row in (
        ("mean_importance", np.array(opinions.KIND_SHARES) @ importance),
        ("mean_need_satisfaction", met),
    ):
        book.plant(
            "survey",
            name,
            dict(zip(_TOPIC_NAMES, row.round(6).tolist(), strict=True)),
            unit="points 1-5",
            meaning="Mean answer of the population, by topic.",
        )


def _plant_satisfaction(book: TruthBook, frame: Frame, span: Span, wave: int) -> None:
    centre = _group_effects(frame, span, wave) + _WEIGHTS[1] * opinions.WAITING_SHIFT[wave]
    means = answers.mean_answer(centre, satisfaction_spread(), opinions.SATISFACTION_CUTS)
    top = answers.mean_answer(centre, satisfaction_spread(), opinions.SATISFACTION_CUTS[2:3])
    chance = 1 / (1 + np.exp(-response_score(*_cells(frame, span, wave))))
    value: dict[str, Json] = {
        "mean_of_all": float(means.mean()),
        "mean_of_those_who_answer": float((means * chance).sum() / chance.sum()),
        "top_two_share_of_all": float(top.mean() - 1),
        "response_rate": float(chance.mean()),
    }
    book.plant(
        "survey",
        f"satisfaction_{WAVES[wave]}",
        value,
        unit="points 1-5, fraction",
        meaning=(
            f"Overall satisfaction in {WAVES[wave]}: its mean and the share of answers 4 and 5 "
            "over all customers then open, the mean over those who answer, and the expected "
            "response rate of those eligible."
        ),
    )


def _cells(frame: Frame, span: Span, wave: int) -> tuple[IntArray, IntArray, IntArray]:
    people = frame.open_on(wave_day(wave, span))
    region = places.BRANCH_REGION[frame.branch[people]]
    return frame.age_band[people].astype(np.int64), region, frame.tier[people].astype(np.int64)


def _group_effects(frame: Frame, span: Span, wave: int) -> FloatArray:
    return opinions.group_effect(*_cells(frame, span, wave))


def _correlation() -> FloatArray:
    correlation = np.full((len(_WEIGHTS), len(_WEIGHTS)), opinions.STEP_LOADING**2)
    np.fill_diagonal(correlation, 1.0)
    return correlation


def satisfaction_spread() -> float:
    """Give the standard deviation of satisfaction among people of one group."""
    return float(np.sqrt(_WEIGHTS @ _correlation() @ _WEIGHTS + opinions.CHANCE_SPREAD**2))


def driver_shares(effects: FloatArray) -> FloatArray:
    """Work out the LMG shares of the answers, not of the opinions behind them.

    Parameters
    ----------
    effects : ndarray, shape (n_people,)
        What age, region and tier make of each person's satisfaction.

    Returns
    -------
    ndarray, shape (n_steps,)
    """
    shift = np.zeros(len(_WEIGHTS))
    shift[1] = opinions.WAITING_SHIFT[-1]
    levels, counts = np.unique(effects.round(9), return_counts=True)
    share, centres = counts / counts.sum(), levels + _WEIGHTS @ shift
    spread, cuts = satisfaction_spread(), opinions.SATISFACTION_CUTS

    step_mean, covariance = _step_moments(shift)
    mean = float(share @ answers.mean_answer(centres, spread, cuts))
    square = float(share @ [answers.second_moment(centre, spread, cuts) for centre in centres])
    with_outcome = np.empty(len(_WEIGHTS))
    for step, slope in enumerate(_correlation() @ _WEIGHTS):
        left = float(np.sqrt(spread**2 - slope**2))

        def outcome_given(
            opinion: FloatArray, slope: float = slope, left: float = left
        ) -> FloatArray:
            means = answers.mean_answer(centres[:, np.newaxis] + slope * opinion, left, cuts)
            return np.asarray(share @ means)

        product = mean + answers.mean_above(
            outcome_given, [cut - float(shift[step]) for cut in opinions.STEP_CUTS]
        )
        with_outcome[step] = product - mean * step_mean[step]
    return answers.lmg_shares(covariance, with_outcome, square - mean**2)


def _step_moments(shift: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Give means and covariances of the answers on the steps."""
    cuts, loading = opinions.STEP_CUTS, opinions.STEP_LOADING
    rest = float(np.sqrt(1 - loading**2))
    nodes = answers.normal_nodes()
    mean = np.array([float(answers.mean_answer(m, 1.0, cuts)) for m in shift])
    square = np.array([answers.second_moment(m, 1.0, cuts) for m in shift])
    given = [answers.mean_answer(m + loading * nodes, rest, cuts) for m in shift]
    product = np.array([[answers.mean_over_normal(a * b) for b in given] for a in given])
    covariance = product - np.outer(mean, mean)
    np.fill_diagonal(covariance, square - mean**2)
    return mean, covariance
