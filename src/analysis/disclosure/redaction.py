"""Takes out of a text whatever tells who wrote it: numbers, names, addresses, mailboxes.

It errs on the side of taking out too much. Every run of five digits or more goes,
whatever stands between the digits and in whatever script they are written; what the
digits are (a checksum decides) only names the gap that is left. Names and addresses
have no checksum: what looks like one, or follows words that announce one, goes too.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from analysis.disclosure import _identifier_patterns as look
from analysis.disclosure import _places_and_names as known
from analysis.text import Language


class Identifier(StrEnum):
    """What was taken out."""

    PHONE = "phone"
    IDENTITY = "identity"
    CARD = "card"
    NUMBER = "number"
    EMAIL = "email"
    LINK = "link"
    HANDLE = "handle"
    ADDRESS = "address"
    NAME = "name"


GAPS: Mapping[Language, Mapping[Identifier, str]] = {
    "en": {kind: f"[{kind.value}]" for kind in Identifier},
    "zh": {
        Identifier.PHONE: "[电话]",
        Identifier.IDENTITY: "[证件号]",
        Identifier.CARD: "[卡号]",
        Identifier.NUMBER: "[号码]",
        Identifier.EMAIL: "[邮箱]",
        Identifier.LINK: "[链接]",
        Identifier.HANDLE: "[账号名]",
        Identifier.ADDRESS: "[地址]",
        Identifier.NAME: "[姓名]",
    },
}
"""What stands where something was taken out."""

LONGEST = 10_000
"""Characters after which a text is cut off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Redacted:
    """A text without what tells who wrote it.

    Attributes
    ----------
    text : str
        With a gap in square brackets for each thing taken out.
    taken : mapping of Identifier to int
        How many of each kind.
    """

    text: str
    taken: Mapping[Identifier, int]

    @property
    def count(self) -> int:
        """How many things were taken out."""
        return sum(self.taken.values())


def redact(text: str, language: Language) -> Redacted:
    """Take out every identifier.

    Parameters
    ----------
    text : str
    language : {"en", "zh"}
        Of the gaps; both languages' identifiers are looked for in either.

    Returns
    -------
    Redacted

    Examples
    --------
    >>> redact("Call me on 020 7946 0123. Regards, Ingrid Okafor", "en").text
    'Call me on [phone]. Regards, [name]'
    >>> redact("我叫王晓明，卡号6222 0000 0000 3995。", "zh").text
    '我叫[姓名]，卡号[卡号]。'
    """
    text = text[:LONGEST]
    plain = _plain(text)
    spans = sorted(_find(plain), key=lambda span: (span[0], -span[1]))
    pieces, taken, place = [], Counter[Identifier](), 0
    for start, end, kind in _merged(spans):
        pieces += [text[place:start], GAPS[language][kind]]
        taken[kind] += 1
        place = end
    pieces.append(text[place:])
    return Redacted(text="".join(pieces), taken=dict(taken))


def points_at_a_person(text: str) -> bool:
    """Whether a text holds what tells who wrote it; one too long to be read does.

    Examples
    --------
    >>> points_at_a_person("The queue was long."), points_at_a_person("Call me: 138 0013 8000")
    (False, True)
    """
    return len(text) > LONGEST or redact(text, "en").count > 0


def is_identity_number(digits: str) -> bool:
    """Whether 18 characters are a Chinese identity number (GB 11643-1999), or 15 an old one.

    Examples
    --------
    >>> is_identity_number("11010519491231002X"), is_identity_number("110105194912310021")
    (True, False)
    """
    if len(digits) == 15 and digits.isdigit():
        return _is_month_and_day(digits[8:12])
    if len(digits) != 18 or not digits[:17].isdigit():
        return False
    total = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(digits[:17]))
    return digits[17].upper() == "10X98765432"[total % 11]


def is_card_number(digits: str) -> bool:
    """Whether 13 to 19 digits pass the check of card numbers (ISO/IEC 7812, Luhn).

    Examples
    --------
    >>> is_card_number("4111111111111111"), is_card_number("4111111111111112")
    (True, False)
    """
    if not 13 <= len(digits) <= 19 or not digits.isdigit():
        return False
    doubled = [int(d) * (2 if place % 2 else 1) for place, d in enumerate(reversed(digits))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def _is_month_and_day(four: str) -> bool:
    return 1 <= int(four[:2]) <= 12 and 1 <= int(four[2:]) <= 31


def _plain(text: str) -> str:
    """Write full-width letters, and digits of any script, in ASCII; one character for one."""
    return "".join(map(_plain_character, text))


def _plain_character(character: str) -> str:
    code = ord(character)
    if 0xFF01 <= code <= 0xFF5E:
        return chr(code - 0xFEE0)
    if character == "\u3000":
        return " "
    digit = unicodedata.digit(character, None)
    return character if digit is None else str(digit)


def _find(plain: str) -> Iterable[tuple[int, int, Identifier]]:
    for pattern, kind, group in _PATTERNS:
        for match in pattern.finditer(plain):
            if match.end(group) > match.start(group):
                yield match.start(group), match.end(group), kind
    yield from _numbers(plain)
    yield from _capitalised(plain)


_PATTERNS: tuple[tuple[re.Pattern[str], Identifier, int], ...] = (
    (look.EMAIL, Identifier.EMAIL, 0),
    (look.SPELT_EMAIL, Identifier.EMAIL, 0),
    (look.LINK, Identifier.LINK, 0),
    (look.HANDLE, Identifier.HANDLE, 1),
    (look.AT_HANDLE, Identifier.HANDLE, 0),
    (look.LAST_DIGITS, Identifier.NUMBER, 1),
    (look.CODE, Identifier.NUMBER, 0),
    (look.SPELT, Identifier.NUMBER, 0),
    (look.ADDRESS_ZH, Identifier.ADDRESS, 0),
    (look.LIVES_ZH, Identifier.ADDRESS, 1),
    (look.ADDRESS_EN, Identifier.ADDRESS, 0),
    (look.UNIT_EN, Identifier.ADDRESS, 0),
    (look.POSTCODE, Identifier.ADDRESS, 0),
    (look.LIVES_EN, Identifier.ADDRESS, 1),
    (look.NAME_CUE_ZH, Identifier.NAME, 1),
    (look.NAME_TITLE_ZH, Identifier.NAME, 1),
    (look.NAME_CUE_EN, Identifier.NAME, 1),
    (look.NAME_TITLE_EN, Identifier.NAME, 1),
)


def _numbers(plain: str) -> Iterable[tuple[int, int, Identifier]]:
    """Find runs of digits, also where Chinese numerals stand for some of them."""
    as_digits = "".join(look.CHINESE_DIGITS.get(character, character) for character in plain)
    as_digits = look.LOOKALIKES.sub(_as_digits, as_digits)
    for match in look.DIGITS.finditer(as_digits):
        digits = "".join(c for c in match.group() if c.isdigit() or c in "xX")
        yield match.start(), match.end(), _kind_of_number(digits)


def _as_digits(letters: re.Match[str]) -> str:
    return "".join("0" if letter in "oO" else "1" for letter in letters.group())


def _kind_of_number(digits: str) -> Identifier:
    if is_identity_number(digits):
        return Identifier.IDENTITY
    if is_card_number(digits):
        return Identifier.CARD
    national = digits.removeprefix("0086").removeprefix("86")
    mobile = len(national) == 11 and national[0] == "1" and national[1] in "3456789"
    if mobile or (digits[0] == "0" and 9 <= len(digits) <= 13):
        return Identifier.PHONE
    return Identifier.NUMBER


def _capitalised(plain: str) -> Iterable[tuple[int, int, Identifier]]:
    """Find English words with a capital that are no common ones: names of people or places."""
    for match in look.CAPITALS.finditer(plain):
        start = match.start()
        words = list(re.finditer(r"\S+", match.group()))
        if _opens_sentence(plain, start):
            # the first word has its capital from the sentence, unless a name goes on
            first = words[0].group().lower()
            if len(words) == 1 or first in known.COMMON_OPENINGS:
                words = words[1:]
        names = [word for word in words if word.group().lower() not in known.NO_NAMES]
        if names:
            yield start + names[0].start(), start + names[-1].end(), Identifier.NAME


def _opens_sentence(plain: str, start: int) -> bool:
    before = plain[:start].rstrip(" \t\"'“”‘’(（")
    return not before or before[-1] in ".!?:;。！？：；，\n…"


def _merged(
    spans: list[tuple[int, int, Identifier]],
) -> Iterable[tuple[int, int, Identifier]]:
    """Join spans that overlap; the longest names the gap."""
    open_span: tuple[int, int, Identifier] | None = None
    longest = 0
    for start, end, kind in spans:
        if open_span is None or start >= open_span[1]:
            if open_span:
                yield open_span
            open_span, longest = (start, end, kind), end - start
            continue
        named = kind if end - start > longest else open_span[2]
        longest = max(longest, end - start)
        open_span = (open_span[0], max(end, open_span[1]), named)
    if open_span:
        yield open_span
