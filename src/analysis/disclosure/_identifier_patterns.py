"""How numbers, mailboxes, addresses and names look in Chinese and English texts."""

from __future__ import annotations

import re

from analysis.disclosure import _places_and_names as known

LEAST_DIGITS = 5
"""A run of so many digits goes, whatever it is."""

CHINESE_DIGITS = {
    **dict(zip("〇零一二三四五六七八九", "00123456789", strict=True)),
    **dict(zip("幺两壹贰叁肆伍陆柒捌玖", "12123456789", strict=True)),
}
WORDS = [
    "zero",
    "oh",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "double",
    "triple",
]
BETWEEN = (
    r"[\s\-\u2010-\u2015_.,·•・/\\()\[\]{}（）【】:;*#+~|、。，；：'\""
    r"\u00ad\u200b-\u200f\u2060\ufeff]"
)
"""What people put between digits."""
LOOKALIKES = re.compile(r"(?<=\d)[oOlI]+|[oOlI]+(?=\d)")
"""Letters written for 0 and 1."""
DIGITS = re.compile(
    rf"(?:\+\s?)?\d(?:{BETWEEN}{{0,3}}\d){{{LEAST_DIGITS - 1},}}"
    rf"(?:{BETWEEN}{{0,1}}[xX](?![A-Za-z]))?"
)
SPELT = re.compile(
    rf"\b(?:{'|'.join(WORDS)})(?:[\s,.-]+(?:{'|'.join(WORDS)}|\d+)){{{LEAST_DIGITS - 1},}}\b",
    re.IGNORECASE,
)
LAST_DIGITS = re.compile(
    r"(?:尾号|末[四4]位|后[四4]位|最后四位|ending(?:\s+(?:in|with))?|last\s+(?:four|4)(?:\s+digits)?)"
    r"(?:\s*(?:是|为|is|are|:|：))?\s*(\d{3,4})(?!\d)",
    re.IGNORECASE,
)
CODE = re.compile(r"(?<![A-Za-z0-9_])[A-Za-z]{1,4}-?\d{4,}(?![A-Za-z0-9_])")
"""A customer's or an employee's number."""
EMAIL = re.compile(
    r"[\w.+%'-]+\s?(?:@|\(at\)|\[at\]|\{at\})\s?[\w-]+"
    r"(?:\s?(?:\.|\(dot\)|\[dot\]|\sdot\s|点)\s?[\w-]+)+",
    re.IGNORECASE | re.ASCII,
)
SPELT_EMAIL = re.compile(
    r"[\w.+-]+\s+at\s+[\w-]+(?:(?:\.|\s+dot\s+)[\w-]+)*(?:\.|\s+dot\s+)"
    r"(?:com|cn|net|org|uk|de|fr|eu|io|edu|gov|info)\b",
    re.IGNORECASE | re.ASCII,
)
LINK = re.compile(r"(?:https?://|www\.)[^\s，。；！？）]+", re.IGNORECASE)
HANDLE = re.compile(
    r"(?:微信号?|wechat(?:\s+id)?|weixin|vx|qq号?|whatsapp|telegram|twitter|instagram|抖音号?|微博)"
    r"(?:\s*(?:是|为|is|:|：|号))?\s*@?([A-Za-z][\w.-]{3,}|\d{4,})",
    re.IGNORECASE | re.ASCII,
)
AT_HANDLE = re.compile(r"(?<![\w.])@([\w\u4e00-\u9fff-]{2,20})")

HAN = r"[\u4e00-\u9fff]"
HOUSE = r"(?:\d{1,5}|[〇零一二三四五六七八九十百]{1,5})"
ROAD = r"(?:大街|大道|胡同|小区|花园|家园|公寓|大厦|广场|新村|路|街|道|巷|弄|里|村|苑|庄)"
PART = r"(?:号楼|号院|单元|[号弄栋幢座楼室层户组])"
ADDRESS_ZH = re.compile(
    rf"(?:{HAN}{{2,7}}?(?:省|自治区|市|区|县|镇|乡)){{0,4}}{HAN}{{1,6}}?{ROAD}"
    rf"(?:[东西南北中]?段)?\s*{HOUSE}\s*{PART}(?:\s*[A-Za-z]?{HOUSE}?[A-Za-z]?\s*{PART})*(?:\s*\d{{1,4}})?"
)
LIVES_ZH = re.compile(
    r"(?:家住|住在|住址|家庭地址|通讯地址|地址|寄到|送到)(?:是|为|在|：|:)?\s*([^，。；！？,;!?\n]{2,40})"
)
STREET = "|".join(known.STREETS)
ADDRESS_EN = re.compile(
    rf"\b(?:(?:flat|apt\.?|apartment|unit|suite|room|house|no\.?)\s*\d+\w?,?\s+)?\d{{1,5}}[A-Za-z]?,?\s+"
    rf"(?:[A-Za-z][\w'’-]*\.?\s+){{0,3}}?(?:{STREET})\b\.?(?:,?\s+(?:flat|apt\.?|unit)\s*\w+)?",
    re.IGNORECASE,
)
UNIT_EN = re.compile(
    r"\b(?:flat|apt\.?|apartment|suite|p\.?\s?o\.?\s?box)\s*#?\d+\w?\b", re.IGNORECASE
)
POSTCODE = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}\b")
LIVES_EN = re.compile(
    r"\b(?:i live (?:at|on|in)|my (?:home )?address is|address\s*:|reside at|living at)\s+"
    r"([^.!?;\n]{2,60})",
    re.IGNORECASE,
)

SURNAME = rf"(?:{'|'.join(known.COMPOUND_SURNAMES)}|[{known.SURNAMES}])"
TITLE_ZH = "(?:先生|女士|小姐|太太|经理|主任|行长|主管|老师|阿姨|师傅|同志)"
NAME_CUE_ZH = re.compile(
    r"(?:我叫|我是|名叫|叫做|姓名|名字|户名|持卡人|联系人|收款人|申请人|本人|开户人|签名)"
    rf"(?:叫|是|为|：|:)?\s*({SURNAME}{HAN}{{1,2}})"
)
NAME_TITLE_ZH = re.compile(rf"({SURNAME}{HAN}{{0,2}}?){TITLE_ZH}")
CAPITAL = r"[A-Z][a-zà-öø-ÿ'’]+(?:-[A-Z][a-zà-öø-ÿ]+)?"
NAME_CUE_EN = re.compile(
    r"(?i:\b(?:my name is|name\s*:|i am called|(?:kind |best |warm )?regards"
    r"|yours (?:sincerely|truly|faithfully)|sincerely|cheers|signed|cardholder(?: is)?"
    r"|account holder(?: is)?|contact person(?: is)?|ask for|speak to))"
    r"[,:\s]+([A-Za-z][\w'’.-]+(?:\s+[A-Za-z][\w'’.-]+){0,3})"
)
NAME_TITLE_EN = re.compile(
    rf"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Sir|Madam)\.?\s+((?:[A-Z]\.?\s+)*{CAPITAL}(?:\s+{CAPITAL})*)"
)
CAPITALS = re.compile(rf"{CAPITAL}(?:\s+(?:[A-Z]\.\s*)*{CAPITAL})*")
