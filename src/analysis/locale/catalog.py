"""The Chinese catalogs: one gettext PO file a package, merged when first needed."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from types import MappingProxyType

from babel.messages.pofile import read_po

from analysis.text import Language


@cache
def chinese() -> MappingProxyType[str, str]:
    """Give every translated pattern by its English pattern.

    Returns
    -------
    mapping of str to str

    Raises
    ------
    ValueError
        If two catalogs translate one pattern differently.

    Examples
    --------
    >>> chinese()["withheld"]
    '不公开'
    """
    merged: dict[str, str] = {}
    folder = files("analysis.locale") / "zh_CN"
    for path in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if not path.name.endswith(".po"):
            continue
        with path.open("rb") as stream:
            for entry in read_po(stream, locale="zh_CN"):
                if not entry.id or not entry.string:
                    continue
                pattern, translated = str(entry.id), str(entry.string)
                if merged.setdefault(pattern, translated) != translated:
                    raise ValueError(f"{path.name}: {pattern!r} is translated in two ways")
    return MappingProxyType(merged)


def translate(pattern: str, language: Language) -> str:
    """Give a pattern in `language`; the English pattern where no translation exists.

    Examples
    --------
    >>> translate("withheld", "zh")
    '不公开'
    """
    return pattern if language == "en" else chinese().get(pattern, pattern)
