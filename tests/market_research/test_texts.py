"""What customers write: planted themes and moods, quotations that point at nobody, refusals."""

import datetime as dt
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis.answers import NotAssessed
from analysis.data.connect import connect
from analysis.data.tables import Bank
from analysis.market_research import present
from analysis.market_research.quotations import count_texts
from analysis.market_research.rules import TextRules
from analysis.market_research.text_reading import learn_from, read_texts
from analysis.market_research.themes import CustomerWords, what_they_say
from analysis.params.source import SourceSettings
from analysis.sample import phrases, write_sample_bank
from analysis.stats.text_tokens import split_all
from analysis.text import Words

from ..captions import captions

NOW, BEFORE = dt.date(2025, 12, 31), dt.date(2025, 9, 30)
RULES = TextRules(months=12, fewest=10, quotations=2)
Read = Callable[..., CustomerWords | NotAssessed]


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("texts") / "sample"
    write_sample_bank(folder, customers=20_000, seed=2025)
    return folder


@pytest.fixture(scope="module")
def truths(sample: Path) -> dict[str, Any]:
    found = json.loads((sample / "truth.json").read_text("utf-8"))["truths"]["feedback"]
    return {name: each["value"] for name, each in found.items()}


@pytest.fixture(scope="module")
def read(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Read]:
    """Read the sample bank's texts, with the table changed."""
    opened = []

    def make(
        change: Callable[[pd.DataFrame], pd.DataFrame] = lambda texts: texts, scope: str = "bank"
    ) -> CustomerWords | NotAssessed:
        folder = tmp_path_factory.mktemp("changed")
        change(pd.read_parquet(sample / "feedback.parquet")).to_parquet(folder / "feedback.parquet")
        for name in ("branches", "customers"):
            pd.read_parquet(sample / f"{name}.parquet").to_parquet(folder / f"{name}.parquet")
        source = connect(SourceSettings(folder=folder), environment={})
        opened.append(source)
        return what_they_say(
            Bank(source, scope, as_of=NOW),
            as_of=NOW,
            previous_as_of=BEFORE,
            rules=RULES,
            correction="holm",
            confidence=0.95,
            rng=np.random.default_rng(1),
        )

    yield make
    for source in opened:
        source.close()


@pytest.fixture(scope="module")
def said(read: Read) -> CustomerWords:
    found = read()
    assert isinstance(found, CustomerWords)
    return found


def test_the_planted_themes_are_found_with_their_shares(
    said: CustomerWords, truths: dict[str, Any]
) -> None:
    """Chinese and English texts on one matter are one theme."""
    assert {theme.key for theme in said.themes} == set(phrases.THEMES)
    for theme in said.themes:
        assert theme.earlier / said.earlier == pytest.approx(
            truths["theme_shares"][theme.key], abs=0.045
        )
        assert theme.late / said.late == pytest.approx(
            truths["late_theme_shares"][theme.key], abs=0.055
        )
        assert set(theme.words) == {"en", "zh"}


def test_each_text_is_put_to_its_theme(sample: Path) -> None:
    """The sentence that a text was made of says which theme it is on."""
    by_sentence = {
        sentence[1:]: theme
        for texts in (phrases.COMPLAINTS, phrases.PRAISES)
        for themes in texts.values()
        for theme, sentences in themes.items()
        for sentence in sentences
    }
    source = connect(SourceSettings(folder=sample), environment={})
    texts = read_texts(Bank(source, "bank", as_of=NOW), NOW, 12)
    planted = np.array(
        [next(t for s, t in by_sentence.items() if s in text) for text in texts.text]
    )
    found = learn_from(texts, fewest=10, rng=np.random.default_rng(1), confidence=0.95).texts
    source.close()
    assert (found.theme == planted).mean() > 0.93


def test_what_became_more_frequent_is_found(said: CustomerWords) -> None:
    stands = {t.key: t.change.value for t in said.themes if t.change_stands and t.change}
    assert stands["application"] > 0
    assert all(value < 0 for key, value in stands.items() if key not in {"application", "fees"})


def test_the_captions_name_what_changed_beyond_chance(said: CustomerWords) -> None:
    told = captions(present.themes(said))
    assert "more is written on Mobile and online banking (+" in told["theme_trend"]
    assert "in a negative mood" in told["themes"]
    still = replace(said, themes=tuple(replace(t, change_stands=False) for t in said.themes))
    unchanged = captions(present.themes(still))["theme_trend"]
    assert "no theme's share of the texts changed beyond chance" in unchanged


def test_the_planted_moods_are_recovered(said: CustomerWords, truths: dict[str, Any]) -> None:
    for theme in said.themes:
        assert theme.negative is not None
        assert theme.negative.value == pytest.approx(
            truths["complaint_shares"][theme.key], abs=0.09
        )
    for mood in said.moods.values():
        assert mood.accuracy.low > mood.baseline.high
    worst = min(said.themes, key=lambda theme: theme.satisfaction.value)  # type: ignore[union-attr]
    assert worst.key == "fees"


def everything(value: Any) -> str:
    """All words of an answer, however deep."""
    if isinstance(value, str):
        return value
    if isinstance(value, Words):
        return value.en + value.zh
    if isinstance(value, dict):
        return " ".join(everything(v) for v in value.values())
    if isinstance(value, list | tuple):
        return " ".join(everything(v) for v in value)
    fields = getattr(value, "__dataclass_fields__", {})
    return " ".join(everything(getattr(value, name)) for name in fields)


def test_no_planted_identifier_is_in_anything_that_is_shown(
    said: CustomerWords, truths: dict[str, Any]
) -> None:
    answer = present.themes(said)
    shown = everything(answer)
    assert "排队" in shown  # it does hold the texts' words
    for kind, planted in truths["identifiers"].items():
        for identifier in planted:
            assert identifier not in shown, kind
    surnames = (*phrases.SURNAMES_EN, *phrases.FORENAMES_EN, *phrases.FORENAMES_ZH)
    assert not [name for name in surnames if name in shown]
    assert said.taken_out >= sum(map(len, truths["identifiers"].values()))


def test_each_word_of_a_quotation_is_used_by_many(said: CustomerWords, sample: Path) -> None:
    texts = pd.read_parquet(sample / "feedback.parquet")
    for theme in said.themes:
        assert theme.texts >= RULES.fewest
        for quotation in theme.quotations:
            used = count_texts(texts, quotation.language)
            assert min(used[w] for w in split_all(quotation.text, quotation.language)) >= 10


def test_what_one_person_alone_writes_is_never_quoted(read: Read) -> None:
    """A name in small letters, an odd place, a turn of phrase: no pattern knows them."""

    def odd(texts: pd.DataFrame) -> pd.DataFrame:
        english = texts.language == "en"
        queue = "the queue was long at brackenthwaite when margaret hollis waited at the counter"
        first = texts.index[english][:9]
        return texts.assign(text=texts.text.where(~texts.index.isin(first), queue))

    found = read(odd)
    assert isinstance(found, CustomerWords)
    quoted = " ".join(q.text for theme in found.themes for q in theme.quotations)
    words = " ".join(w for theme in found.themes for ws in theme.words.values() for w in ws)
    assert "brackenthwaite" not in quoted + words
    assert "margaret" not in quoted + words


def test_a_region_counts_its_own_texts_by_the_themes_of_all(
    read: Read, said: CustomerWords
) -> None:
    found = read(scope="region:North")
    assert isinstance(found, CustomerWords)
    assert 0 < found.texts < 0.3 * said.texts
    assert {theme.key for theme in found.themes} <= {theme.key for theme in said.themes}


def test_too_few_texts_are_not_assessed(read: Read) -> None:
    few = read(lambda texts: texts.groupby("language").head(60))
    assert isinstance(few, NotAssessed)
    assert few.reason.pattern == "There are too few answers for the method."
    old = read(lambda texts: texts.assign(received_on=dt.date(2020, 1, 1)))
    assert isinstance(old, NotAssessed)
    assert "nobody of this scope wrote" in old.reason.pattern


def test_without_ratings_themes_are_told_and_moods_are_not(read: Read) -> None:
    found = read(lambda texts: texts.drop(columns="satisfaction"))
    assert isinstance(found, CustomerWords)
    assert len(found.themes) == len(phrases.THEMES)
    assert not found.moods
    assert set(found.refused) == {"en", "zh"}
    assert found.negative is None
    answer = present.themes(found)
    assert not isinstance(answer, NotAssessed)
    assert "in which mood cannot be told" in captions(answer)["themes"]
    assert "All languages were read" in {check.label.pattern for check in answer.checks}
