"""What customers write about, in which mood, and how that goes with their satisfaction."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from math import sqrt

import numpy as np
import pandas as pd
from scipy.stats import norm

from analysis.answers import NotAssessed
from analysis.data.tables import Bank
from analysis.market_research.quotations import Quotation, choose_quotations
from analysis.market_research.rules import TextRules
from analysis.market_research.text_reading import ReadTexts, learn_from, read_texts
from analysis.market_research.theme_words import NAMES
from analysis.results import Estimate
from analysis.stats.means import mean, mean_difference
from analysis.stats.multiple_outcomes import Correction, correct_tests
from analysis.stats.proportions import share, share_difference
from analysis.stats.text_sentiment import MoodModel
from analysis.stats.text_themes import Themes
from analysis.text import Language, Message, Words, message

_QUESTION = message("What do they say?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """A theme within the scope.

    Attributes
    ----------
    name : Message or Words
    words : mapping of language to tuple of str
        Its strongest words.
    texts, writers : int
    late, earlier : int
        Texts since the day compared with, and before.
    share : Estimate
        Of all texts.
    change : Estimate or None
        Of its share since the day compared with.
    change_stands : bool
        Counted with the other themes' changes.
    negative : Estimate or None
        Share of its texts in a negative mood.
    satisfaction, gap : Estimate or None
        Mean rating given with its texts, and that less the other texts' mean.
    rated : int
    quotations : tuple of Quotation
    """

    key: str
    name: Message | Words
    words: dict[Language, tuple[str, ...]]
    texts: int
    writers: int
    late: int
    earlier: int
    share: Estimate
    change: Estimate | None
    change_stands: bool
    negative: Estimate | None
    negative_texts: int
    satisfaction: Estimate | None
    gap: Estimate | None
    rated: int
    quotations: tuple[Quotation, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerWords:
    """The answer on what customers write.

    Attributes
    ----------
    themes : tuple of Theme
        The most frequent first.
    texts, writers, late, earlier, without_theme : int
        Within the scope; `without_theme` fit none.
    negative : Estimate or None
        Share of all texts in a negative mood.
    models : mapping of language to Themes
    moods : mapping of language to MoodModel
    refused : mapping of language to Message
        Why a language's themes or mood are missing.
    taken_out : int
        Identifiers taken out of the texts.
    since : date
        From which on texts count as late.
    """

    themes: tuple[Theme, ...]
    texts: int
    writers: int
    late: int
    earlier: int
    without_theme: int
    negative: Estimate | None
    negative_texts: int
    models: dict[Language, Themes]
    moods: dict[Language, MoodModel]
    refused: dict[Language, Message]
    taken_out: int
    since: dt.date


def what_they_say(
    bank: Bank,
    *,
    as_of: dt.date,
    previous_as_of: dt.date,
    rules: TextRules,
    correction: Correction,
    confidence: float,
    rng: np.random.Generator,
) -> CustomerWords | NotAssessed:
    """Find themes and moods in the whole bank's texts, and count them within the scope.

    Parameters
    ----------
    bank : Bank
        Uses ``feedback``.
    as_of, previous_as_of : date
        Texts after `previous_as_of` are compared with those before.
    rules : TextRules
    correction : {"holm", "benjamini-hochberg"}
    confidence : float
    rng : numpy.random.Generator
    """
    if not bank.has("feedback"):
        return _not_assessed(message("the source has no texts of customers."))
    texts = read_texts(bank, as_of, rules.months)
    if not texts.inside.any():
        return _not_assessed(message("nobody of this scope wrote in this period."))
    read = learn_from(texts, fewest=rules.fewest, rng=rng, confidence=confidence)
    if not read.models:
        return _not_assessed(next(iter(read.refused.values())))
    found = _count(read, rules, (correction, confidence), previous_as_of)
    return found if found.themes else _not_assessed(message("no theme has enough texts."))


def _count(
    read: ReadTexts, rules: TextRules, test: tuple[Correction, float], since: dt.date
) -> CustomerWords:
    correction, confidence = test
    texts = read.texts.assign(late=read.texts.day > since)
    inside = texts[texts.inside & texts.language.isin(list(read.models))]
    known = inside[inside.negative.notna()]
    frequent = inside.theme.value_counts()
    shown = frequent[(frequent >= rules.fewest) & (frequent.index != "")].index
    themes = [_theme(str(key), inside, read, confidence) for key in shown]
    themes = _corrected(themes, inside, correction, confidence)
    quoted = choose_quotations(
        inside, texts, [theme.key for theme in themes], rules.quotations, rules.fewest
    )
    return CustomerWords(
        themes=tuple(replace(theme, quotations=quoted.get(theme.key, ())) for theme in themes),
        texts=len(inside),
        writers=_writers(inside),
        late=int(inside.late.sum()),
        earlier=int((~inside.late).sum()),
        without_theme=int((~inside.theme.isin(shown)).sum()),
        negative=share(int(known.negative.sum()), len(known), confidence=confidence)
        if len(known)
        else None,
        negative_texts=int(known.negative.sum()),
        models=read.models,
        moods=read.moods,
        refused=read.refused,
        taken_out=int(texts.gaps.sum()),
        since=since,
    )


def _theme(key: str, inside: pd.DataFrame, read: ReadTexts, confidence: float) -> Theme:
    own, others = inside[inside.theme == key], inside[inside.theme != key]
    late, earlier = int(own.late.sum()), int((~own.late).sum())
    known = own[own.negative.notna()]
    rated, others_rated = own.satisfaction.dropna(), others.satisfaction.dropna()
    enough = min(len(rated), len(others_rated)) > 1
    words = read.words[key]
    return Theme(
        key=key,
        name=NAMES[key] if key in NAMES else _as_name(words),
        words=words,
        texts=len(own),
        writers=_writers(own),
        late=late,
        earlier=earlier,
        share=share(len(own), len(inside), confidence=confidence),
        change=share_difference(
            late,
            int(inside.late.sum()),
            earlier,
            int((~inside.late).sum()),
            confidence=confidence,
        )
        if 0 < int(inside.late.sum()) < len(inside)
        else None,
        change_stands=False,
        negative=share(int(known.negative.sum()), len(known), confidence=confidence)
        if len(known)
        else None,
        negative_texts=int(known.negative.sum()),
        satisfaction=mean(rated.astype(float), confidence=confidence) if enough else None,
        gap=mean_difference(rated.astype(float), others_rated.astype(float), confidence=confidence)
        if enough
        else None,
        rated=len(rated),
        quotations=(),
    )


def _as_name(words: dict[Language, tuple[str, ...]]) -> Words:
    strongest = next(iter(words.values()))[:3]
    return Words(en=", ".join(strongest), zh="、".join(strongest))


def _writers(rows: pd.DataFrame) -> int:
    """Count those who wrote: known customers, and all unknown ones as one."""
    return int(rows.customer_id.nunique()) + bool(rows.customer_id.isna().any())


def _corrected(
    themes: list[Theme], inside: pd.DataFrame, correction: Correction, confidence: float
) -> list[Theme]:
    late, earlier = int(inside.late.sum()), int((~inside.late).sum())
    p_values = {
        theme.key: _two_shares(theme.late, late, theme.earlier, earlier)
        for theme in themes
        if theme.change is not None
    }
    if not p_values:
        return themes
    tests = correct_tests(p_values, method=correction, confidence=confidence)
    stands = {test.name: test.stands for test in tests}
    return [replace(theme, change_stands=stands.get(theme.key, False)) for theme in themes]


def _two_shares(part: int, whole: int, other_part: int, other_whole: int) -> float:
    """Test two shares for equality: pooled z."""
    pooled = (part + other_part) / (whole + other_whole)
    error = sqrt(pooled * (1 - pooled) * (1 / whole + 1 / other_whole))
    if error == 0:
        return 1.0
    return float(2 * norm.sf(abs(part / whole - other_part / other_whole) / error))


def _not_assessed(reason: Message) -> NotAssessed:
    return NotAssessed(name="themes", question=_QUESTION, reason=reason)
