"""Free texts with planted themes, moods and identifiers.

Every identifier that is planted stands in `truth.json`, so that a test can look
for it in whatever a report puts out. None belongs to a real person: identity
numbers carry the order code 000, which is never issued, British telephone numbers
are of the range reserved for drama, Chinese ones and cards of one made-up block.
Checksums are valid, as a filter that tests them would want.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.sample import phrases, places
from analysis.sample.frame import Frame
from analysis.sample.span import FloatArray, Span, epoch_day
from analysis.sample.truth import TruthBook
from analysis.sample.writer import BankWriter, Coded, number_labels

_TEXTS_PER_CUSTOMER = 0.1
_FEWEST, _MOST = 300, 20_000
_DAYS = 365
CHINESE_SHARE = 0.6
THEME_SHARES = (0.26, 0.16, 0.18, 0.18, 0.12, 0.10)
LATE_FACTOR = (1.0, 2.2, 1.8, 1.0, 1.0, 1.0)
"""How much likelier each theme is in the last three months."""
COMPLAINT_SHARES = (0.75, 0.60, 0.85, 0.45, 0.60, 0.70)
IDENTIFIER_SHARE = 0.08
_SATISFACTION = ((0.45, 0.35, 0.15, 0.05, 0.0), (0.0, 0.02, 0.08, 0.40, 0.50))
"""Chances of the points 1 to 5 with a complaint and with praise."""
_CHANNELS = ("telephone", "online", "social", "mail", "branch", "survey")
_KINDS = ("complaint", "praise")
_UNKNOWN_WRITER_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class _Planted:
    kind: str
    text: str


def write_feedback(
    rng: np.random.Generator, writer: BankWriter, frame: Frame, span: Span, book: TruthBook
) -> None:
    """Write the table ``feedback`` and record what was planted in it."""
    size = int(np.clip(round(len(frame.branch) * _TEXTS_PER_CUSTOMER), _FEWEST, _MOST))
    day = np.sort(span.n_days - _DAYS + rng.integers(_DAYS, size=size))
    chinese = rng.random(size) < CHINESE_SHARE
    theme = _draw_themes(rng, day >= span.last_quarter)
    complaint = rng.random(size) < np.array(COMPLAINT_SHARES)[theme]
    texts, planted = [], []
    for position in range(size):
        language = "zh" if chinese[position] else "en"
        text = _write_text(
            rng, language, phrases.THEMES[theme[position]], bool(complaint[position])
        )
        if rng.random() < IDENTIFIER_SHARE:
            identifier = _draw_identifier(rng, language)
            text += phrases.IDENTIFIER_SENTENCES[language][identifier.kind].format(identifier.text)
            planted.append(identifier)
        texts.append(text)
    customer = _draw_writers(rng, frame, span, size)
    known = customer >= 0
    satisfaction = np.cumsum(_SATISFACTION, axis=1)[np.where(complaint, 0, 1), :-1]
    region = places.BRANCH_REGION[frame.branch[np.maximum(customer, 0)]]
    values = {
        "feedback_id": number_labels("T", np.arange(1, size + 1), digits=6),
        "customer_id": Coded(
            np.where(known, np.arange(size), -1),
            number_labels("C", np.maximum(customer, 0) + 1, digits=8),
        ),
        "received_on": day + epoch_day(span.start),
        "channel": Coded(rng.integers(len(_CHANNELS), size=size), _CHANNELS),
        "kind": Coded(np.where(complaint, 0, 1), _KINDS),
        "language": Coded(chinese.astype(np.int64), ("en", "zh")),
        "text": texts,
        "region": Coded(np.where(known, region, -1), places.REGION_NAMES),
        "satisfaction": 1 + (rng.random((size, 1)) > satisfaction).sum(axis=1),
    }
    writer.append("feedback", values)
    _plant(book, planted)


def _draw_themes(rng: np.random.Generator, late: np.ndarray) -> np.ndarray:
    early_limits = np.cumsum(THEME_SHARES)[:-1]
    late_limits = np.cumsum(late_theme_shares())[:-1]
    place = rng.random(len(late))
    return np.where(
        late,
        np.searchsorted(late_limits, place, side="right"),
        np.searchsorted(early_limits, place, side="right"),
    )


def late_theme_shares() -> FloatArray:
    """Give the shares of the themes in the last three months."""
    weights = np.array(THEME_SHARES) * np.array(LATE_FACTOR)
    return np.asarray(weights / weights.sum())


def _write_text(rng: np.random.Generator, language: str, theme: str, complaint: bool) -> str:
    sentences = (phrases.COMPLAINTS if complaint else phrases.PRAISES)[language][theme]
    opening = _any(rng, phrases.OPENINGS[language])
    sentence = _any(rng, sentences)
    if not opening:
        sentence = sentence[0].upper() + sentence[1:]
    return opening + sentence + _any(rng, phrases.CLOSINGS[language][not complaint])


def _any(rng: np.random.Generator, choices: tuple[str, ...]) -> str:
    return choices[int(rng.integers(len(choices)))]


def _draw_identifier(rng: np.random.Generator, language: str) -> _Planted:
    kind = _any(rng, tuple(phrases.IDENTIFIER_SENTENCES[language]))
    number = int(rng.integers(10_000))
    if kind == "phone":
        text = f"1990000{number:04d}" if language == "zh" else f"020 7946 0{number % 1000:03d}"
    elif kind == "identity":
        text = identity_number(
            f"110101{1950 + number % 50}{1 + number % 12:02d}{1 + number % 28:02d}000"
        )
    elif kind == "card":
        text = card_number(f"62220000000{number:04d}")
    elif kind == "name":
        text = _draw_name(rng, language)
    elif kind == "email":
        text = f"customer{number:04d}@example.com"
    elif kind == "address":
        text = _draw_address(rng, language, number)
    else:
        text = f"6013820000{number:04d}"
    return _Planted(kind, text)


def _draw_name(rng: np.random.Generator, language: str) -> str:
    if language == "zh":
        return _any(rng, phrases.SURNAMES_ZH) + _any(rng, phrases.FORENAMES_ZH)
    return f"{_any(rng, phrases.FORENAMES_EN)} {_any(rng, phrases.SURNAMES_EN)}"


def _draw_address(rng: np.random.Generator, language: str, number: int) -> str:
    if language == "zh":
        return f"{_any(rng, phrases.STREETS_ZH)}{number % 300 + 1}号{number % 20 + 1}单元"
    return f"{number % 300 + 1} {_any(rng, phrases.STREETS_EN)}"


def identity_number(first_17: str) -> str:
    """Add the check character of a Chinese identity number (GB 11643-1999).

    Examples
    --------
    >>> identity_number("11010519491231002")
    '11010519491231002X'
    """
    total = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(first_17))
    return first_17 + "10X98765432"[total % 11]


def card_number(first: str) -> str:
    """Add the check digit of a card number (ISO/IEC 7812, Luhn).

    Examples
    --------
    >>> card_number("7992739871")
    '79927398713'
    """
    total = 0
    for place, digit in enumerate(reversed(first)):
        doubled = int(digit) * (2 if place % 2 == 0 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return first + str(-total % 10)


def _draw_writers(rng: np.random.Generator, frame: Frame, span: Span, size: int) -> np.ndarray:
    members = frame.open_on(span.n_days - _DAYS - 1)
    if not len(members):
        return np.full(size, -1)
    drawn = members[rng.integers(len(members), size=size)]
    return np.where(rng.random(size) < _UNKNOWN_WRITER_SHARE, -1, drawn)


def _plant(book: TruthBook, planted: list[_Planted]) -> None:
    kinds = sorted({identifier.kind for identifier in planted})
    book.plant(
        "feedback",
        "identifiers",
        {kind: sorted({found.text for found in planted if found.kind == kind}) for kind in kinds},
        unit="",
        meaning="Every identifier planted in a text; none may appear in what a report puts out.",
    )
    for name, shares, meaning in (
        ("theme_shares", THEME_SHARES, "Share of each theme before the last three months."),
        ("late_theme_shares", late_theme_shares().round(6).tolist(), "And in these months."),
        ("complaint_shares", COMPLAINT_SHARES, "Share of complaints among texts on the theme."),
    ):
        book.plant(
            "feedback",
            name,
            dict(zip(phrases.THEMES, shares, strict=True)),
            unit="fraction",
            meaning=meaning,
        )
