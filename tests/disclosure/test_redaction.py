"""What tells who wrote a text is taken out, however it is written; what does not, stays."""

import re

import numpy as np
import pytest

from analysis.disclosure.redaction import (
    Identifier,
    is_card_number,
    is_identity_number,
    redact,
)
from analysis.sample.texts import card_number, identity_number

PHONE = "13912345678"
IDENTITY = identity_number("11010119900307000")
CARD = card_number("622202000000123")
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
CHINESE = str.maketrans("0123456789", "零一二三四五六七八九")
CIRCLED = str.maketrans("123456789", "①②③④⑤⑥⑦⑧⑨")
BANKERS = str.maketrans("0123456789", "零壹贰叁肆伍陆柒捌玖")


def digits_left(text: str) -> str:
    """The digits that a patient reader could still put together."""
    back = {
        ord(written): str(digit)
        for digits in (FULL_WIDTH, ARABIC, CHINESE, BANKERS)
        for digit, written in enumerate("0123456789".translate(digits))
    }
    return "".join(re.findall(r"\d", text.translate(back)))


@pytest.mark.parametrize(
    "number", [PHONE, IDENTITY, CARD, "60138200001025", "12345", "110101900307123"]
)
@pytest.mark.parametrize(
    "write",
    [
        lambda n: n,
        " ".join,
        lambda n: "-".join(re.findall("..?.?.?", n)),
        lambda n: " ".join(re.findall("..?.?.?", n)),
        lambda n: ".".join(re.findall("..?.?", n)),
        "·".join,
        "\u200b".join,
        lambda n: " - ".join(re.findall("..?.?", n)),
        lambda n: "(" + n[:3] + ") " + n[3:],
        lambda n: "\n".join(re.findall("..?.?.?", n)),
        lambda n: n.translate(FULL_WIDTH),
        lambda n: "　".join(n.translate(FULL_WIDTH)),
        lambda n: n.translate(ARABIC),
        lambda n: n.translate(CHINESE),
        lambda n: n.translate(BANKERS),
        lambda n: n.translate(CIRCLED),
        lambda n: "、".join(n.translate(CHINESE)),
        lambda n: n[:6].translate(FULL_WIDTH) + " " + n[6:].translate(CHINESE),
        lambda n: n.replace("0", "O").replace("1", "l"),
        lambda n: n.replace("1", "幺"),
    ],
)
def test_no_run_of_digits_is_left_however_it_is_written(number, write):
    for before, after in (("打我电话", "谢谢"), ("Call ", " please."), ("号码:", ""), ("", "")):
        left = redact(before + write(number) + after, "zh").text
        assert digits_left(left) == "", left
        assert after in left


def test_random_numbers_with_random_separators_are_taken_out():
    rng = np.random.default_rng(1)
    scripts = (FULL_WIDTH, CHINESE, ARABIC, {})
    gaps = ("", "", " ", "-", "，", ". ")
    for _ in range(1000):
        spread = "".join(
            str(digit).translate(scripts[rng.integers(4)]) + gaps[rng.integers(6)]
            for digit in rng.integers(10, size=rng.integers(5, 20))
        )
        assert digits_left(redact(f"我的号是{spread}请查", "zh").text) == ""


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (PHONE, Identifier.PHONE),
        ("+86 139 1234 5678", Identifier.PHONE),
        ("010-62781234", Identifier.PHONE),
        ("020 7946 0123", Identifier.PHONE),
        (IDENTITY, Identifier.IDENTITY),
        (IDENTITY.lower(), Identifier.IDENTITY),
        ("110101 19900307 " + IDENTITY[14:], Identifier.IDENTITY),
        (CARD, Identifier.CARD),
        ("6222 0200 0000 " + CARD[12:], Identifier.CARD),
        ("60138200001025", Identifier.NUMBER),
    ],
)
def test_the_checksum_names_the_gap(text, kind):
    assert redact(f"number {text} here", "en").taken == {kind: 1}


def test_checksums_are_those_of_the_standards():
    """Examples of GB 11643-1999 and of ISO/IEC 7812 (test cards of the networks)."""
    assert is_identity_number("11010519491231002X")
    assert is_identity_number("440524188001010014")
    assert not is_identity_number("440524188001010015")
    assert is_identity_number("110105491231002")
    assert not is_identity_number("110105491331002")
    for card in ("4111111111111111", "5555555555554444", "378282246310005", "79927398713"):
        assert is_card_number(card) == (len(card) >= 13)
    assert not is_card_number("4111111111111112")


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("Write to jane.doe+bank@mail.example.com today", "jane"),
        ("Write to jane (at) example (dot) com", "jane"),
        ("Write to jane at example dot com", "jane"),
        ("邮箱ｊａｎｅ＠ｅｘａｍｐｌｅ．ｃｏｍ谢谢", "ｊａｎｅ"),
        ("See https://example.com/u/jane or www.example.com/jane", "jane"),
        ("微信号：jane_doe88", "jane"),
        ("WeChat ID jane_doe88", "jane"),
        ("tell @jane_doe", "jane"),
        ("my phone is one three nine one two three four five", "three"),
        ("card ending in 4417", "4417"),
        ("卡尾号4417的卡", "4417"),
        ("I live at 12 Larkspur Lane.", "Larkspur"),
        ("Flat 3, 221B baker street, London NW1 6XE", "baker"),
        ("our house, 7 Quayside, floods", "Quayside"),
        ("my address is the old mill by the bridge", "mill"),
        ("家住幸福路170号10单元。", "幸福"),
        ("请寄到北京市海淀区中关村大街27号3栋1201室", "中关村"),
        ("上海市浦东新区世纪大道一百号很吵", "世纪"),
        ("地址：城东老槐树旁", "槐树"),
        ("我叫欧阳雅琴。", "雅琴"),
        ("我叫王晓明，投诉", "晓明"),
        ("联系人：李建国", "建国"),
        ("张伟先生态度很好", "张伟"),
        ("王经理很负责", "王"),
        ("Regards, Desmond Okafor", "Okafor"),
        ("regards, desmond okafor", "okafor"),
        ("My name is Ingrid Lindqvist.", "Ingrid"),
        ("Mr. Whitcombe was rude", "Whitcombe"),
        ("The adviser Margaret Hollis was rude", "Hollis"),
        ("Your teller Priya helped", "Priya"),
        ("Jean-Luc Marchetti never called", "Marchetti"),
    ],
)
def test_mailboxes_addresses_and_names_are_taken_out(text, hidden):
    for language in ("en", "zh"):
        assert hidden.lower() not in redact(text, language).text.lower()


@pytest.mark.parametrize(
    "text",
    [
        "The mobile app crashes every time I try to make a transfer.",
        "I waited more than 40 minutes on Monday, in 2025, and paid 12 yuan.",
        "I was served within five minutes, no queue at all. Keep it up!",
        "The loan took three weeks. Nobody told me why.",
        "中午时段柜员太少，等候时间太长。",
        "在网点排队等了一个多小时才叫到号，等了40分钟。",
        "手机银行的人脸识别总是失败，2025年更新以后更差。",
        "贷款流程环节太多，要填的表太多。",
        "一周之内小额转账收了两次手续费。",
    ],
)
def test_what_tells_nothing_stays(text):
    assert redact(text, "zh").text == text
    assert redact(text, "zh").count == 0


def test_redacting_again_changes_nothing():
    text = f"我叫王晓明，电话{PHONE}，家住幸福路170号10单元，邮箱a@b.com。Regards, Ingrid Okafor"
    once = redact(text, "en")
    assert redact(once.text, "en").text == once.text
    assert once.count == 5


def test_what_is_next_to_a_gap_stays():
    assert (
        redact(f"网点排队太久，电话{PHONE}，请回复", "zh").text
        == "网点排队太久，电话[电话]，请回复"
    )
