"""What every caption under a figure does: it states what is to be seen."""

from __future__ import annotations

import re
from collections.abc import Iterator

from analysis.answers import Answer, NotAssessed
from analysis.disclosure import SentenceGate
from analysis.locale import render
from analysis.params.policy import DisclosurePolicy
from analysis.text import Count, Language, Message, Quantity, Share

GATE = SentenceGate(DisclosurePolicy())
MOST_WORDS = 24
"""Of a caption in English, intervals left out: one short sentence."""
NOTHING: dict[Language, str] = {
    "en": r"noise|chance|alike|not all stages|no cohort",
    "zh": r"随机波动|偶然|相同|并非所有|尚无队列",
}


def said(text: Message, language: Language = "en") -> str:
    return render(text, language, gate=GATE)


def captions(answer: Answer | NotAssessed) -> dict[str, str]:
    """The English caption of each figure, after every caption was looked at."""
    assert isinstance(answer, Answer)
    found = {}
    for figure in answer.figures:
        assert figure.caption.pattern != figure.table.caption.pattern, figure.name
        numbers = list(_numbers(figure.caption))
        for language in ("en", "zh"):
            text = said(figure.caption, language)
            assert numbers or re.search(NOTHING[language], text), text
            assert not text.endswith((".", "。")), text
        assert len(re.sub(r"\(.*?\)", "", said(figure.caption)).split()) <= MOST_WORDS
        found[figure.name] = said(figure.caption)
    return found


def _numbers(text: Message) -> Iterator[object]:
    for value in text.values.values():
        if isinstance(value, Message):
            yield from _numbers(value)
        elif isinstance(value, int | Count | Share | Quantity):
            yield value
