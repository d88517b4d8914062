"""Words, themes and mood of texts: scikit-learn, planted themes, held-out accuracy, refusals."""

import numpy as np
import pytest
from sklearn.decomposition import NMF
from sklearn.feature_extraction.text import TfidfVectorizer

from analysis.errors import EstimationError
from analysis.stats.text_sentiment import learn_mood
from analysis.stats.text_themes import factor, find_themes
from analysis.stats.text_tokens import count_terms, split_chinese, split_english, weigh_terms

WORDS = {
    "queue": ["queue", "wait", "counter", "hour", "ticket", "hall", "number", "called"],
    "fees": ["fee", "charge", "annual", "maintenance", "refund", "notice", "card", "price"],
    "app": ["app", "crash", "login", "update", "slow", "menu", "screen", "password"],
    "loan": ["loan", "approval", "mortgage", "document", "interest", "refused", "form", "week"],
}
SHARES = (0.4, 0.3, 0.2, 0.1)


def write(rng, n, noise=2):
    themes = rng.choice(4, size=n, p=SHARES)
    vocabulary = sorted(word for words in WORDS.values() for word in words)
    own = list(WORDS.values())
    documents = [
        [*rng.choice(own[theme], 4, replace=False), *rng.choice(vocabulary, noise)]
        for theme in themes
    ]
    return [[str(word) for word in words] for words in documents], themes


def test_weights_are_those_of_scikit_learn():
    documents, _ = write(np.random.default_rng(1), 300)
    found = count_terms(documents, fewest_texts=5)
    peer = TfidfVectorizer(analyzer=lambda words: words, min_df=5)
    expected = peer.fit_transform(documents)
    assert found.terms == tuple(peer.get_feature_names_out())
    assert np.abs(weigh_terms(found) - expected).max() < 1e-6


def test_distinct_rows_with_weights_have_the_factors_of_all_rows():
    """Scikit-learn on every text, repeated ones included, explains as much."""
    documents, _ = write(np.random.default_rng(2), 60, noise=0)
    repeated = [words for k, words in enumerate(documents) for _ in range(1 + k % 4)]
    rows = weigh_terms(count_terms(documents, fewest_texts=1)).astype(np.float64)
    times = 1.0 + np.arange(60) % 4
    everything = rows[np.repeat(np.arange(60), times.astype(int))]
    assert len(repeated) == everything.shape[0]
    loadings, parts = factor(rows, times, 4)
    model = NMF(n_components=4, init="nndsvd", max_iter=2000, tol=1e-8)
    peer = model.fit_transform(everything)
    error = np.linalg.norm(everything - peer @ model.components_)
    own = np.linalg.norm(everything - loadings[np.repeat(np.arange(60), times.astype(int))] @ parts)
    assert own == pytest.approx(error, rel=1e-3)


def test_planted_themes_and_their_number_are_found():
    documents, themes = write(np.random.default_rng(3), 800)
    found = find_themes(documents, rng=np.random.default_rng(1), numbers=(2, 4, 6, 9))
    assert len(found.words) == 4
    table = np.zeros((4, 4))
    np.add.at(table, (themes, found.main), 1)
    assert table.max(axis=0).sum() > 0.95 * len(themes)
    strongest = {
        frozenset(words[:4]) <= set(own) for words in found.words for own in WORDS.values()
    }
    assert True in strongest


def test_the_order_of_texts_does_not_matter():
    documents, _ = write(np.random.default_rng(4), 300)
    order = np.random.default_rng(5).permutation(300)
    one = find_themes(documents, rng=np.random.default_rng(1), numbers=(4,))
    other = find_themes([documents[i] for i in order], rng=np.random.default_rng(1), numbers=(4,))
    sizes = [sorted(np.bincount(found.main, minlength=4)) for found in (one, other)]
    assert np.abs(np.subtract(*sizes)).max() <= 5


def test_words_of_few_texts_say_nothing_of_anybody():
    documents = [["queue", "wait"]] * 150 + [["queue", "lindqvist"]] * 9
    found = find_themes(documents, rng=np.random.default_rng(1), numbers=(2,), fewest_texts=10)
    assert {word for words in found.words for word in words} == {"queue", "wait"}


def test_refusals_say_what_is_wrong():
    documents, _ = write(np.random.default_rng(6), 99)
    with pytest.raises(EstimationError, match="too few texts to find themes: found 99"):
        find_themes(documents, rng=np.random.default_rng(1))
    with pytest.raises(EstimationError, match="too few words in common"):
        find_themes([["queue"]] * 200, rng=np.random.default_rng(1))
    with pytest.raises(EstimationError, match=r"too few rated texts .* found 3 of the rarer mood"):
        learn_mood(
            ["good"] * 97 + ["bad"] * 3,
            [False] * 97 + [True] * 3,
            language="en",
            rng=np.random.default_rng(1),
        )


def test_words_are_split_and_folded():
    assert split_english("The queues at YOUR branches; fees!") == ["queue", "branch", "fee"]
    assert split_chinese("在网点排队等了一个多小时") == ["网点", "排队", "一个多", "小时"]


def comments(rng, n, language):
    good, bad = {
        "en": (["great", "fast", "friendly"], ["slow", "rude", "broken"]),
        "zh": (["很好", "满意", "热情"], ["太差", "失望", "恶劣"]),
    }[language]
    filler = {
        "en": ["service", "branch", "staff", "visit", "today", "card"],
        "zh": list("服务网点柜台办理银行卡"),
    }[language]
    negative = rng.random(n) < 0.4
    slips = rng.random(n) < 0.1  # the words say the opposite of the rating
    texts = [
        " ".join([*rng.choice(filler, 3), str(rng.choice(bad if bad_word else good)), str(k)])
        for k, bad_word in enumerate(negative ^ slips)
    ]
    return texts, negative


def test_held_out_accuracy_covers_the_accuracy_on_fresh_texts(assert_covers):
    rng = np.random.default_rng(7)
    fresh, truth = comments(rng, 400, "zh")
    hits = 0
    for _ in range(200):
        texts, negative = comments(rng, 200, "zh")
        mood = learn_mood(texts, negative, language="zh", rng=rng)
        right = np.mean((mood.chance_negative(fresh) > 0.5) == truth)
        hits += mood.accuracy.low <= right <= mood.accuracy.high
    assert_covers(hits, 200, 0.95)


def test_texts_of_one_wording_stay_on_one_side():
    """Ratings by lot: whoever has seen the same wording would seem to know them."""
    rng = np.random.default_rng(8)
    wording = rng.integers(150, size=3000)
    rating = rng.random(150) < 0.5
    mood = learn_mood([f"w{k}" for k in wording], rating[wording], language="zh", rng=rng)
    assert mood.accuracy.low < 0.65


def test_it_is_told_beside_a_plain_baseline():
    rng = np.random.default_rng(9)
    texts, negative = comments(rng, 600, "en")
    mood = learn_mood(texts, negative, language="en", rng=rng)
    assert mood.baseline.value == pytest.approx(0.6, abs=0.08)
    assert mood.accuracy.low > mood.baseline.high
    assert mood.word_list is not None
    assert mood.learned + mood.held_out == 600
