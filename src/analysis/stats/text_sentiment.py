"""Whether a text praises or complains: learned from rated texts, judged on others."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from analysis.errors import Problem
from analysis.methods import Method
from analysis.results import Estimate
from analysis.stats.inputs import Floats, Integers, refuse
from analysis.stats.proportions import share
from analysis.stats.text_tokens import split_all
from analysis.text import Language, message

METHODS = {
    "learned": Method(
        name=message("Mood of texts, learned from rated ones (logistic regression on words)"),
        citation=(
            "Pang, B., Lee, L., Vaithyanathan, S. (2002). Thumbs up? Sentiment classification "
            "using machine learning techniques. EMNLP 2002, 79-86."
        ),
        assumptions=(
            message("Texts without a rating are like those with one."),
            message("Texts of the same wording are never both learned from and judged."),
        ),
    ),
    "word_list": Method(
        name=message("Mood of English texts by a word list (VADER)"),
        citation=(
            "Hutto, C. J., Gilbert, E. (2014). VADER: a parsimonious rule-based model for "
            "sentiment analysis of social media text. ICWSM 2014, 216-225."
        ),
    ),
}

FEWEST_PER_MOOD = 40
_HELD_OUT = 0.3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MoodModel:
    """A model and how often it was right on texts that it had not seen.

    Attributes
    ----------
    language : {"en", "zh"}
    accuracy : Estimate
        On the texts held out.
    baseline : Estimate
        Of always saying the more frequent mood, on the same texts.
    word_list : Estimate or None
        Of VADER on the same texts; English only.
    caught : Estimate
        Share of the negative texts held out that it called negative.
    false_alarms : Estimate
        Share of the positive texts held out that it called negative.
    learned, held_out : int
        Texts.
    """

    language: Language
    accuracy: Estimate
    baseline: Estimate
    word_list: Estimate | None
    caught: Estimate
    false_alarms: Estimate
    learned: int
    held_out: int
    _words: TfidfVectorizer
    _model: LogisticRegression

    def chance_negative(self, texts: Sequence[str]) -> Floats:
        """Give the chance that each text is negative, shape (n,)."""
        if not len(texts):
            return np.zeros(0)
        return np.asarray(self._model.predict_proba(self._words.transform(texts))[:, 1])


def learn_mood(
    texts: Sequence[str],
    negative: npt.ArrayLike,
    *,
    language: Language,
    rng: np.random.Generator,
    confidence: float = 0.95,
) -> MoodModel:
    """Learn from 70 % of the texts, judge on the rest.

    Parameters
    ----------
    texts : sequence of str
    negative : array_like of bool, shape (n,)
        Their rating.
    language : {"en", "zh"}
    rng : numpy.random.Generator
    confidence : float

    Returns
    -------
    MoodModel
        Its accuracy is that of the texts held out; the model itself has learned from the
        others only.

    Raises
    ------
    EstimationError
        If a mood has fewer than 40 texts.

    Notes
    -----
    Logistic regression on tf-idf weights of words and pairs of words, with the usual unit
    penalty: nothing is tuned on the texts held out. Texts of one wording stay on one side.

    Examples
    --------
    >>> texts = [f"{w} service number {k}" for k in range(100) for w in ("good", "bad")]
    >>> mood = learn_mood(texts, [False, True] * 100, language="en",
    ...                   rng=np.random.default_rng(1))
    >>> mood.accuracy.value
    1.0
    """
    y = np.asarray(negative, dtype=bool)
    refuse(_problems(y))
    held = _hold_out(texts, rng)
    learn, test = np.flatnonzero(~held).tolist(), np.flatnonzero(held).tolist()
    words = TfidfVectorizer(
        analyzer=lambda text: _with_pairs(split_all(text, language)), min_df=2, sublinear_tf=True
    )
    rows = words.fit_transform([texts[i] for i in learn])
    model = LogisticRegression(C=4.0, max_iter=500).fit(rows, y[learn])
    said = model.predict(words.transform([texts[i] for i in test]))
    truth = y[test]
    often = bool(y[learn].mean() >= 0.5)
    return MoodModel(
        language=language,
        accuracy=_rate(said == truth, confidence),
        baseline=_rate(truth == often, confidence),
        word_list=_rate(_by_word_list([texts[i] for i in test]) == truth, confidence)
        if language == "en"
        else None,
        caught=_rate(said[truth], confidence),
        false_alarms=_rate(said[~truth], confidence),
        learned=len(learn),
        held_out=len(test),
        _words=words,
        _model=model,
    )


def _with_pairs(words: list[str]) -> list[str]:
    return words + [f"{a} {b}" for a, b in itertools.pairwise(words)]


def _hold_out(texts: Sequence[str], rng: np.random.Generator) -> npt.NDArray[np.bool_]:
    """Hold out 30 % of the wordings with all their texts."""
    _, wording = np.unique([" ".join(text.split()) for text in texts], return_inverse=True)
    return np.asarray(rng.random(int(wording.max()) + 1)[wording] < _HELD_OUT)


def _by_word_list(texts: Sequence[str]) -> npt.NDArray[np.bool_]:
    judge = SentimentIntensityAnalyzer()
    return np.array([judge.polarity_scores(text)["compound"] < 0 for text in texts], dtype=bool)


def _rate(right: npt.ArrayLike, confidence: float) -> Estimate:
    flags = np.asarray(right, dtype=bool)
    return share(int(flags.sum()), len(flags), confidence=confidence)


def _problems(y: Integers | npt.NDArray[np.bool_]) -> list[Problem | None]:
    least = int(min(y.sum(), len(y) - y.sum()))
    return [
        None
        if least >= FEWEST_PER_MOOD
        else Problem(
            what="too few rated texts to learn the mood",
            found=f"{least} of the rarer mood",
            needed=f"at least {FEWEST_PER_MOOD}",
            next_step="Collect ratings with the texts, or widen the period.",
        )
    ]
