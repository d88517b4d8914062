"""Reads what customers wrote: without identifiers, by theme and by mood."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.data.tables import Bank, collect
from analysis.disclosure.redaction import redact
from analysis.errors import EstimationError
from analysis.market_research.refusals import refusal
from analysis.market_research.theme_words import WORDS, name_theme
from analysis.stats.text_sentiment import MoodModel, learn_mood
from analysis.stats.text_themes import Themes, find_themes
from analysis.stats.text_tokens import SPLITTERS
from analysis.text import LANGUAGES, Language, Message

NEGATIVE, POSITIVE = 2, 4
"""Ratings up to which a text is negative, and from which it is positive."""
_MOST_TEXTS = 5_000_000
_LISTED = 2.0
"""How much more the words of a theme's list count than the factors that it is found in."""
_SHOWN_WORDS = 6


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ReadTexts:
    """Texts of the whole bank, read.

    Attributes
    ----------
    texts : DataFrame
        ``feedback_id``, ``customer_id``, ``language``, ``text`` (without identifiers),
        ``gaps`` (how many were taken out), ``satisfaction``, ``day``, ``inside`` (the
        scope), ``theme``, ``strength`` and ``negative``.
    models : dict of language to Themes
    moods : dict of language to MoodModel
    refused : dict of language to Message
        Why a language's themes or mood are missing.
    words : dict of str to dict of language to tuple of str
        Strongest words of each theme.
    """

    texts: pd.DataFrame
    models: dict[Language, Themes]
    moods: dict[Language, MoodModel]
    refused: dict[Language, Message]
    words: dict[str, dict[Language, tuple[str, ...]]]


def read_texts(bank: Bank, as_of: dt.date, months: int) -> pd.DataFrame:
    """Read the texts of the whole bank, and mark those within the scope."""
    scoped = bank.table("feedback")
    whole = bank.source.table("feedback")
    names = [n for n in ("customer_id", "satisfaction") if n in whole.columns]
    rows = collect(
        whole.select("feedback_id", "received_on", "language", "text", *names),
        max_rows=_MOST_TEXTS,
    )
    if bank.scope == "bank":
        rows["inside"] = True
    else:
        inside = collect(scoped.select("feedback_id"), max_rows=_MOST_TEXTS).feedback_id
        rows["inside"] = rows.feedback_id.isin(inside)
    for name in ("customer_id", "satisfaction"):
        if name not in rows:
            rows[name] = None
    rows["day"] = pd.to_datetime(rows.received_on).dt.date
    first = (pd.Timestamp(as_of) - pd.DateOffset(months=months)).date()
    kept = rows[(rows.day > first) & (rows.day <= as_of) & rows.text.notna()]
    return kept.sort_values("feedback_id", ignore_index=True)


def learn_from(
    texts: pd.DataFrame, *, fewest: int, rng: np.random.Generator, confidence: float
) -> ReadTexts:
    """Take identifiers out of the texts, then find their themes and moods.

    Parameters
    ----------
    texts : DataFrame
        From `read_texts`.
    fewest : int
        A word counts from so many texts on.
    rng : numpy.random.Generator
    confidence : float
    """
    redacted = [redact(*pair) for pair in zip(texts.text, texts.language, strict=True)]
    texts = texts.assign(
        text=[each.text for each in redacted],
        gaps=[each.count for each in redacted],
        theme="",
        strength=0.0,
        negative=pd.Series(pd.NA, index=texts.index, dtype="boolean"),
    )
    models: dict[Language, Themes] = {}
    moods: dict[Language, MoodModel] = {}
    refused: dict[Language, Message] = {}
    words: dict[str, dict[Language, tuple[str, ...]]] = {}
    for language in LANGUAGES:
        own = texts[texts.language == language]
        if own.empty:
            continue
        try:
            split = (SPLITTERS[language](text) for text in own.text)
            model = models[language] = find_themes(split, rng=rng, fewest_texts=fewest)
            theme, strength = assign_themes(model, language)
            texts.loc[own.index, "theme"], texts.loc[own.index, "strength"] = theme, strength
            for name in sorted({name for name in theme if name}):
                words.setdefault(name, {})[language] = _strongest(model, theme == name)
            moods[language] = _learn_mood(own, language, rng, confidence)
            chance = moods[language].chance_negative(own.text.to_list())
            texts.loc[own.index, "negative"] = chance > 0.5
        except EstimationError as error:
            refused[language] = refusal(error)
    # where the writer says it, the rating decides
    rating = texts.satisfaction.astype("Float64")
    texts.loc[(rating <= NEGATIVE).fillna(value=False), "negative"] = True
    texts.loc[(rating >= POSITIVE).fillna(value=False), "negative"] = False
    return ReadTexts(texts=texts, models=models, moods=moods, refused=refused, words=words)


def _learn_mood(
    own: pd.DataFrame, language: Language, rng: np.random.Generator, confidence: float
) -> MoodModel:
    rating = own.satisfaction.astype("Float64").fillna(NEGATIVE + 0.5)
    clear = own[(rating <= NEGATIVE) | (rating >= POSITIVE)]
    return learn_mood(
        clear.text.to_list(),
        (clear.satisfaction <= NEGATIVE).to_numpy(dtype=bool),
        language=language,
        rng=rng,
        confidence=confidence,
    )


def assign_themes(model: Themes, language: Language) -> tuple[np.ndarray, np.ndarray]:
    """Give each text its theme by name, and how much of the text speaks for it.

    Factors that fit a list of words bear its name. A text's evidence for a name is the
    share of its factors, and, counted twice, the share of its listed words.

    Returns
    -------
    theme : ndarray of str, shape (n,)
        Empty for texts that use none of the words.
    strength : ndarray, shape (n,)
    """
    lists = WORDS[language]
    names = [
        name_theme(words, weights, language) or f"{language}:{k}"
        for k, (words, weights) in enumerate(zip(model.words, model.word_weights, strict=True))
    ]
    themes = np.array([*lists, *sorted(set(names) - set(lists))])
    of_factor = np.array([[name == theme for theme in themes] for name in names], dtype=float)
    of_term = np.array(
        [[term in lists.get(theme, ()) for theme in themes] for term in model.terms], dtype=float
    )
    evidence = _shares(model.weights @ of_factor) + _LISTED * _shares(model.rows @ of_term)
    total = evidence.sum(axis=1)
    top = evidence.max(axis=1)
    strength = np.divide(top, total, out=np.zeros_like(top), where=total > 0)
    return np.where(total > 0, themes[evidence.argmax(axis=1)], ""), strength


def _shares(weights: np.ndarray) -> np.ndarray:
    total = weights.sum(axis=1, keepdims=True)
    shares: np.ndarray = np.divide(weights, total, out=np.zeros_like(weights), where=total > 0)
    return shares


def _strongest(model: Themes, rows: np.ndarray) -> tuple[str, ...]:
    weight = np.asarray(model.rows[np.flatnonzero(rows)].sum(axis=0)).ravel()
    return tuple(model.terms[k] for k in np.argsort(-weight, kind="stable")[:_SHOWN_WORDS])
