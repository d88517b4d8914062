"""Quotations that stand for a theme and point at nobody.

Only texts from which nothing had to be taken out are quoted, only from themes of enough
texts, and each word of a quotation is used in enough other texts of the bank: a name, a
place or a turn of phrase of one person's own never is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from analysis.stats.text_tokens import split_all
from analysis.text import LANGUAGES, Language

_LONGEST = {"en": 160, "zh": 60}
_SHORTEST_WORDS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotation:
    """A text as written.

    Attributes
    ----------
    language : {"en", "zh"}
    text : str
    negative : bool or None
        Its mood.
    alike : int
        Texts of the same wording.
    """

    language: Language
    text: str
    negative: bool | None
    alike: int


def choose_quotations(
    inside: pd.DataFrame, texts: pd.DataFrame, themes: Iterable[str], number: int, fewest: int
) -> dict[str, tuple[Quotation, ...]]:
    """Choose for each theme and language the clearest texts that point at nobody.

    Parameters
    ----------
    inside : DataFrame
        Texts of the scope: ``language``, ``text``, ``gaps`` (things taken out), ``theme``,
        ``strength`` and ``negative``.
    texts : DataFrame
        Of the whole bank, in which words are counted.
    themes : iterable of str
        Themes of enough texts.
    number : int
        For each theme and language.
    fewest : int
        Texts that must use each word.

    Returns
    -------
    dict of str to tuple of Quotation
    """
    used = {language: count_texts(texts, language) for language in LANGUAGES}
    found: dict[str, list[Quotation]] = {}
    clean = inside[(inside.gaps == 0) & inside.theme.isin(list(themes))]
    for theme in sorted(clean.theme.unique()):
        for language in LANGUAGES:
            rows = clean[(clean.theme == theme) & (clean.language == language)]
            chosen = _choose(rows, used[language], language, number, fewest)
            found.setdefault(str(theme), []).extend(chosen)
    return {theme: tuple(quotations) for theme, quotations in found.items()}


def _choose(
    rows: pd.DataFrame, used: Counter[str], language: Language, number: int, fewest: int
) -> list[Quotation]:
    chosen: list[Quotation] = []
    order = rows.sort_values(["strength", "feedback_id"], ascending=[False, True])
    alike = Counter(order.text)
    for row in order.drop_duplicates("text").itertuples():
        if len(chosen) == number:
            break
        text = str(row.text)
        words = split_all(text, language)
        said = any(_says_the_same(words, split_all(q.text, language)) for q in chosen)
        if said or not (is_common(words, used, fewest) and _fits(text, words, language)):
            continue
        negative = None if row.negative is pd.NA else bool(row.negative)
        chosen.append(Quotation(language=language, text=text, negative=negative, alike=alike[text]))
    return chosen


def count_texts(texts: pd.DataFrame, language: Language) -> Counter[str]:
    """Count in how many different writers' texts each word occurs."""
    counts: Counter[str] = Counter()
    for text in texts.text[texts.language == language]:
        counts.update(set(split_all(str(text), language)))
    return counts


def is_common(words: Iterable[str], used: Counter[str], fewest: int) -> bool:
    """Whether each word is used in at least `fewest` texts.

    Examples
    --------
    >>> is_common(["long", "queue"], Counter(long=12, queue=30), 10)
    True
    >>> is_common(["margaret", "queue"], Counter(margaret=1, queue=30), 10)
    False
    """
    return all(used[word] >= fewest for word in words)


def _fits(text: str, words: list[str], language: Language) -> bool:
    return len(words) >= _SHORTEST_WORDS and len(text) <= _LONGEST[language]


def _says_the_same(one: list[str], other: list[str]) -> bool:
    """Whether two texts share most of their words."""
    shared = len(set(one) & set(other))
    return shared > 0.5 * min(len(set(one)), len(set(other)))
