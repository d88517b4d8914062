"""Says what a page says: the report's texts in one language, and the page's own words."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass

from pydantic import JsonValue

from analysis.locale import render
from analysis.locale.numbers import format_day, format_measure
from analysis.publish.payload import Localised
from analysis.site.words import WORDS
from analysis.text import Language, Measure, Message, Value
from analysis.visible import clean_text


@dataclass(frozen=True, slots=True)
class Reader:
    """Writes everything on one page in one language.

    Attributes
    ----------
    language : {"en", "zh"}
    """

    language: Language

    def say(self, word: str, /, **values: Value | Message) -> str:
        """Give one of the page's own words (`analysis.site.words`)."""
        return render(Message(WORDS[word].pattern, values), self.language)

    def read(self, text: Localised) -> str:
        """Give a published text; empty where the payload has none."""
        return clean_text(text.get(self.language, ""))

    def day(self, day: dt.date) -> str:
        """Write a date."""
        return format_day(day, self.language)

    def json(self, value: JsonValue) -> str:
        """Write a parameter's value: text as it is, anything else as JSON."""
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        return clean_text(text)

    def plain(self, text: str) -> str:
        """Write a text that is the same in every language."""
        return clean_text(text)

    def count(self, count: int) -> str:
        """Write a number of rows."""
        return format_measure(count, Measure.COUNT, self.language)


def language_tag(language: Language) -> str:
    """Give the BCP 47 tag of a language.

    Examples
    --------
    >>> language_tag("zh")
    'zh-Hans'
    """
    return {"en": "en", "zh": "zh-Hans"}[language]


def own_name(language: Language) -> str:
    """Name a language in itself, for those who read no other.

    Examples
    --------
    >>> own_name("zh")
    '中文'
    """
    return {"en": "English", "zh": "中文"}[language]
