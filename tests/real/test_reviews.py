"""Real reviews, Chinese and English: how often the mood is told right, whatever it is."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.disclosure.redaction import redact
from analysis.stats.text_sentiment import MoodModel, learn_mood

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not DATA.exists(), reason="the folder shared/data is not there"),
]


def tell(mood: MoodModel) -> str:
    return (
        f"{mood.language}: right {mood.accuracy.value:.3f} "
        f"({mood.accuracy.low:.3f} to {mood.accuracy.high:.3f}) on {mood.held_out} held out, "
        f"baseline {mood.baseline.value:.3f}"
    )


@pytest.fixture(scope="module")
def english() -> pd.DataFrame:
    return pd.read_excel(DATA / "BankReviews.xlsx")


def test_chinese_reviews_are_told_better_than_by_the_plain_rule() -> None:
    rows = pd.read_csv(DATA / "waimai_10k.csv")
    mood = learn_mood(
        rows.review.to_list(), rows.label == 0, language="zh", rng=np.random.default_rng(1)
    )
    print(tell(mood))
    assert mood.held_out > 3000
    assert mood.accuracy.low > mood.baseline.high


def test_english_bank_reviews_are_told_beside_rule_and_word_list(english: pd.DataFrame) -> None:
    """Only 505 reviews, four in five of them good: the interval says how little that is."""
    mood = learn_mood(
        english.Reviews.astype(str).to_list(),
        english.Stars == 1,
        language="en",
        rng=np.random.default_rng(1),
    )
    assert mood.word_list is not None
    print(tell(mood), f"word list {mood.word_list.value:.3f}")
    assert mood.accuracy.value > mood.baseline.value
    assert mood.accuracy.high - mood.accuracy.low > 0.04


def test_no_long_number_and_no_mailbox_is_left_in_real_reviews(english: pd.DataFrame) -> None:
    for text in english.Reviews.astype(str):
        left = redact(text, "en").text
        assert not re.search(r"\d(?:[ .-]?\d){4,}", left)
        assert "@" not in left
