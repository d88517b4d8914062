"""The words of texts in Chinese and English, and how often each occurs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
import pandas as pd
import rjieba
from scipy.sparse import csr_array

from analysis.methods import Method
from analysis.stats._stop_words import CHINESE, ENGLISH
from analysis.text import Language, message

METHOD = Method(
    name=message("Words of Chinese and English texts"),
    citation=(
        "Sun, J. (2012-). Jieba: Chinese word segmentation (here its implementation in Rust, "
        "rjieba); weights: Salton, G., Buckley, C. (1988). Term-weighting approaches in automatic "
        "text retrieval. Information Processing and Management 24, 513-523."
    ),
    assumptions=(message("Words that very few texts use are left out."),),
)

_ENGLISH = re.compile(r"[a-z]+(?:'[a-z]+)?")
_CHINESE = re.compile(r"[\u4e00-\u9fff]+")
_SHORTEST_ENGLISH, _SHORTEST_CHINESE = 3, 2


def split_english(text: str) -> list[str]:
    """Give the words in lower case, those of content only, plurals as singulars.

    Examples
    --------
    >>> split_english("The fees for my cards are too high!")
    ['fee', 'card', 'high']
    """
    return [
        _singular(word)
        for word in _ENGLISH.findall(text.lower())
        if len(word) >= _SHORTEST_ENGLISH and word not in ENGLISH
    ]


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("ches", "shes", "sses", "xes", "zes")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def split_chinese(text: str) -> list[str]:
    """Give the words of content, of two characters or more.

    Examples
    --------
    >>> split_chinese("手机转账的手续费太高")
    ['手机', '转账', '手续费']
    """
    return [
        word
        for word in chain.from_iterable(map(rjieba.cut, _CHINESE.findall(text)))
        if len(word) >= _SHORTEST_CHINESE and word not in CHINESE
    ]


def split_all(text: str, language: Language) -> list[str]:
    """Give every word, whatever it says: for the mood, "not" counts.

    Examples
    --------
    >>> split_all("不 太满意", "zh")
    ['不', '太', '满意']
    """
    if language == "zh":
        return [word for word in rjieba.cut(text) if word.strip() and not word.isdecimal()]
    return _ENGLISH.findall(text.lower())


SPLITTERS: dict[Language, Callable[[str], list[str]]] = {
    "en": split_english,
    "zh": split_chinese,
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TermCounts:
    """How often each word occurs in each text.

    Attributes
    ----------
    terms : tuple of str, length v
        Sorted.
    counts : sparse array, shape (n, v)
    texts_with : ndarray of int, shape (v,)
        How many texts use each word.
    """

    terms: tuple[str, ...]
    counts: csr_array
    texts_with: np.ndarray


def count_terms(documents: Sequence[Iterable[str]], *, fewest_texts: int) -> TermCounts:
    """Count the words that at least `fewest_texts` texts use.

    Parameters
    ----------
    documents : sequence of iterable of str
        Words of each text.
    fewest_texts : int

    Returns
    -------
    TermCounts

    Examples
    --------
    >>> found = count_terms([["fee", "fee"], ["fee", "card"]], fewest_texts=2)
    >>> found.terms, found.counts.toarray().tolist()
    (('fee',), [[2.0], [1.0]])
    """
    lengths = np.array([len(list(words)) for words in documents], dtype=np.int64)
    flat = np.array(list(chain.from_iterable(documents)), dtype=object)
    codes, uniques = pd.factorize(flat) if len(flat) else (np.zeros(0, int), np.array([], object))
    rows = np.repeat(np.arange(len(documents)), lengths)
    cells, times = np.unique(rows * max(len(uniques), 1) + codes, return_counts=True)
    row, term = np.divmod(cells, max(len(uniques), 1))
    texts_with = np.bincount(term, minlength=len(uniques))
    kept = np.flatnonzero(texts_with >= fewest_texts)
    kept = kept[np.argsort(np.asarray(uniques, dtype=str)[kept], kind="stable")]
    place = np.full(len(uniques), -1)
    place[kept] = np.arange(len(kept))
    used = place[term] >= 0 if len(term) else np.zeros(0, bool)
    counts = csr_array(
        (times[used].astype(np.float32), (row[used], place[term[used]])),
        shape=(len(documents), len(kept)),
    )
    return TermCounts(
        terms=tuple(str(uniques[k]) for k in kept), counts=counts, texts_with=texts_with[kept]
    )


def weigh_terms(found: TermCounts) -> csr_array:
    """Weigh words by how few texts use them, each text to length 1 (tf-idf), shape (n, v).

    Examples
    --------
    >>> weigh_terms(count_terms([["fee"], ["fee", "card"]], fewest_texts=1)).shape
    (2, 2)
    """
    n = found.counts.shape[0]
    rarity = np.log((1 + n) / (1 + found.texts_with)) + 1
    weighted = csr_array(found.counts * rarity.astype(np.float32))
    length = np.sqrt(np.asarray((weighted * weighted).sum(axis=1)).ravel())
    scale = np.divide(1.0, length, out=np.zeros_like(length), where=length > 0)
    weighted.data *= np.repeat(scale, np.diff(weighted.indptr)).astype(weighted.data.dtype)
    return weighted
