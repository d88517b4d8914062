"""What texts are about: words that occur together (non-negative factors of tf-idf)."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from types import MappingProxyType

import numpy as np
from scipy.sparse import csr_array
from sklearn.decomposition import NMF

from analysis.errors import Problem
from analysis.methods import Method
from analysis.stats.inputs import Floats, Integers, refuse
from analysis.stats.text_tokens import count_terms, weigh_terms
from analysis.text import message

METHODS = MappingProxyType(
    {
        "themes": Method(
            name=message("Themes by non-negative matrix factorisation"),
            citation=(
                "Lee, D. D., Seung, H. S. (1999). Learning the parts of objects by non-negative "
                "matrix factorization. Nature 401, 788-791."
            ),
            assumptions=(message("A text is about the theme whose words it uses most."),),
        ),
        "number": Method(
            name=message("Number of themes by the stability of their words"),
            citation=(
                "Greene, D., O'Callaghan, D., Cunningham, P. (2014). How many topics? Stability "
                "analysis for topic models. ECML PKDD 2014, 498-513."
            ),
        ),
    }
)

FEWEST_TEXTS = 100
_TOP = 8
_TEXTS_FOR_NUMBER = 3000
_MOST_ROUNDS = 200
_DIGEST_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Themes:
    """Themes of texts in one language.

    Attributes
    ----------
    words : tuple of tuple of str
        Strongest words of each theme, strongest first.
    word_weights : tuple of tuple of float
        Their weights, the strongest being 1.
    weights : ndarray, shape (n, k)
        How much of each theme is in each text; 0 where none of its words occur.
    stability : float
        Mean agreement of the themes' words between resamples, 0 to 1.
    tried : mapping of int to float
        Stability by number of themes.
    terms : tuple of str, length v
        Words that enough texts use.
    rows : sparse array, shape (n, v)
        The texts' tf-idf weights.
    """

    words: tuple[tuple[str, ...], ...]
    word_weights: tuple[tuple[float, ...], ...]
    weights: Floats
    stability: float
    tried: MappingProxyType[int, float]
    terms: tuple[str, ...]
    rows: csr_array

    @property
    def main(self) -> Integers:
        """The strongest theme of each text; -1 where it uses none of the words."""
        top = np.asarray(self.weights.argmax(axis=1))
        return np.where(self.weights.max(axis=1) > 0, top, -1)


def find_themes(
    documents: Iterable[Iterable[str]],
    *,
    rng: np.random.Generator,
    numbers: Sequence[int] = (6, 9, 12, 16, 20, 24),
    fewest_texts: int = 10,
    resamples: int = 4,
) -> Themes:
    """Find themes, as many as come back when texts are drawn again.

    Parameters
    ----------
    documents : iterable of iterable of str
        Words of each text, read once.
    rng : numpy.random.Generator
    numbers : sequence of int
        Numbers of themes to try.
    fewest_texts : int
        A word counts from so many texts on.
    resamples : int
        Halves of the texts that each number is tried on.

    Returns
    -------
    Themes

    Raises
    ------
    EstimationError
        If there are fewer than 100 texts, or fewer words in common than themes.

    Notes
    -----
    Texts that use the same words are factored once, weighted by how many they are: the same
    minimum as of all texts. The number is decided on 3,000 different texts at most.

    Examples
    --------
    >>> texts = [["queue", "wait"], ["fee", "charge"], ["app", "login"]] * 60
    >>> found = find_themes(texts, rng=np.random.default_rng(1), numbers=(3,))
    >>> sorted(words[0] for words in found.words)
    ['app', 'charge', 'queue']
    """
    found = count_terms(documents, fewest_texts=fewest_texts)
    weighted = weigh_terms(found)
    distinct, of_text, times = distinct_rows(weighted)
    refuse(_problems(weighted.shape[0], min(distinct.shape), min(numbers)))
    possible = [number for number in numbers if number <= min(distinct.shape)]
    some, of_some = _sample(distinct, times, rng)
    tried = {
        k: _stability(some, of_some, factor(some, of_some, k)[1], resamples, rng) for k in possible
    }
    best = max(possible, key=lambda k: (round(tried[k], 2), k))
    loadings, parts = factor(distinct, times, best)
    order = np.argsort(-parts, axis=1, kind="stable")[:, :_TOP]
    return Themes(
        words=tuple(
            tuple(found.terms[j] for j in row if part[j] > 0)
            for row, part in zip(order, parts, strict=True)
        ),
        word_weights=tuple(
            tuple(float(part[j] / part.max()) for j in row if part[j] > 0)
            for row, part in zip(order, parts, strict=True)
        ),
        weights=loadings[of_text],
        stability=tried[best],
        tried=MappingProxyType(tried),
        terms=found.terms,
        rows=weighted,
    )


def factor(distinct: csr_array, times: Floats, number: int) -> tuple[Floats, Floats]:
    """Factor distinct rows, each standing for `times` texts.

    Parameters
    ----------
    distinct : sparse array, shape (m, v)
    times : ndarray, shape (m,)
    number : int

    Returns
    -------
    loadings : ndarray, shape (m, number)
    parts : ndarray, shape (number, v)
        Each scaled to length 1.

    Examples
    --------
    >>> rows = csr_array(np.array([[1.0, 0, 0], [0, 1.0, 1.0]]))
    >>> factor(rows, np.array([3.0, 1.0]), 2)[0].shape
    (2, 2)
    """
    root = np.sqrt(times).astype(distinct.dtype)
    scaled = csr_array(distinct.multiply(root[:, np.newaxis]))
    with warnings.catch_warnings():
        # rounds are limited: stability says whether the result can be relied on
        warnings.simplefilter("ignore")
        model = NMF(
            n_components=number, init="nndsvd", max_iter=_MOST_ROUNDS, tol=1e-3, random_state=0
        )
        loadings = model.fit_transform(scaled)
    parts = model.components_
    length = np.linalg.norm(parts, axis=1)
    length[length == 0] = 1.0
    return (
        np.asarray(loadings / root[:, np.newaxis] * length),
        np.asarray(parts / length[:, np.newaxis]),
    )


def distinct_rows(rows: csr_array) -> tuple[csr_array, Integers, Floats]:
    """Give the rows that differ, which one each row is, and how many each stands for.

    Examples
    --------
    >>> rows = csr_array(np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]]))
    >>> distinct, of_row, times = distinct_rows(rows)
    >>> distinct.shape, of_row.tolist(), times.tolist()
    ((2, 2), [0, 1, 0], [2.0, 1.0])
    """
    places: dict[bytes, int] = {}
    of_text = np.empty(rows.shape[0], dtype=np.int64)
    first: list[int] = []
    for i in range(rows.shape[0]):
        start, end = rows.indptr[i], rows.indptr[i + 1]
        key = rows.indices[start:end].tobytes() + rows.data[start:end].tobytes()
        if len(key) > _DIGEST_BYTES:
            key = blake2b(key, digest_size=_DIGEST_BYTES).digest()
        if key not in places:
            places[key] = len(first)
            first.append(i)
        of_text[i] = places[key]
    return csr_array(rows[first]), of_text, np.bincount(of_text).astype(np.float64)


def _sample(
    distinct: csr_array, times: Floats, rng: np.random.Generator
) -> tuple[csr_array, Floats]:
    """Give the distinct texts on which the number is decided."""
    if distinct.shape[0] <= _TEXTS_FOR_NUMBER:
        return distinct, times
    some = np.sort(rng.choice(distinct.shape[0], _TEXTS_FOR_NUMBER, replace=False))
    return csr_array(distinct[some]), times[some]


def _stability(
    distinct: csr_array, times: Floats, parts: Floats, resamples: int, rng: np.random.Generator
) -> float:
    """Mean Jaccard similarity of each theme's strongest words with its nearest in halves."""
    top = _top_words(parts)
    total = 0.0
    for _ in range(resamples):
        half = rng.binomial(times.astype(np.int64), 0.5).astype(np.float64)
        again = _top_words(factor(csr_array(distinct[half > 0]), half[half > 0], len(parts))[1])
        total += float(np.mean([max(_shared(a, b) for b in again) for a in top]))
    return total / resamples


def _top_words(parts: Floats) -> list[frozenset[int]]:
    order = np.argsort(-parts, axis=1, kind="stable")[:, :_TOP]
    return [
        frozenset(int(j) for j in row if part[j] > 0)
        for row, part in zip(order, parts, strict=True)
    ]


def _shared(one: frozenset[int], other: frozenset[int]) -> float:
    return len(one & other) / max(len(one | other), 1)


def _problems(n: int, n_different: int, least: int) -> list[Problem | None]:
    return [
        None
        if n >= FEWEST_TEXTS
        else Problem(
            what="too few texts to find themes",
            found=str(n),
            needed=f"at least {FEWEST_TEXTS}",
            next_step="Widen the period or the scope, or read them.",
        ),
        None
        if n_different >= least or n < FEWEST_TEXTS
        else Problem(
            what="too few words in common to find themes",
            found=f"{n_different} words or wordings",
            needed=f"at least {least}",
            next_step="Check the texts' language.",
        ),
    ]
