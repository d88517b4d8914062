"""The words of texts in Chinese and English, and how often each occurs."""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import chain

import numpy as np
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


def count_terms(documents: Iterable[Iterable[str]], *, fewest_texts: int) -> TermCounts:
    """Count the words that at least `fewest_texts` texts use.

    Parameters
    ----------
    documents : iterable of iterable of str
        Words of each text; each is read once and let go, so that a generator costs no
        memory for the words of all texts.
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
    numbers: dict[str, int] = {}
    codes, ends = array("i"), array("q", [0])
    for words in documents:
        codes.extend(numbers.setdefault(word, len(numbers)) for word in words)
        ends.append(len(codes))
    used = csr_array(
        (np.ones(len(codes), dtype=np.float32), np.frombuffer(codes, np.int32), np.asarray(ends)),
        shape=(len(ends) - 1, len(numbers)),
    )
    used.sum_duplicates()
    texts_with = np.bincount(used.indices, minlength=len(numbers))
    names = np.array(list(numbers), dtype=str)
    kept = np.flatnonzero(texts_with >= fewest_texts)
    kept = kept[np.argsort(names[kept], kind="stable")]
    counts = csr_array(used[:, kept])
    counts.sort_indices()
    return TermCounts(
        terms=tuple(str(name) for name in names[kept]), counts=counts, texts_with=texts_with[kept]
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
