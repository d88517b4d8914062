"""Secrets: named as ``${NAME}`` in a run file, found in the environment, never shown.

Models and everything written hold the placeholder; `resolve_url` is called at the
moment of connecting and its result goes nowhere else.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote, quote_plus

from analysis.errors import ParameterError, Problem

HIDDEN = "***"
_PLACEHOLDER = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_OPENING = re.compile(r"\$\{")
_AUTHORITY = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*")
# user:password@ after the scheme; a password may itself hold '/' or '@', but a
# colon followed by digits and a slash is a port
_USERINFO = re.compile(
    r"(?P<head>[A-Za-z][A-Za-z0-9+.-]*://[^:@/\s]*:)(?!\d+(?:[/?#]|$))(?P<password>[^\s]+)@"
)
_QUERY = re.compile(
    r"(?P<head>[?&;][^=&;\s]*(?:pass|pwd|secret|token|credential|api_?key|access_?key|private_?key)"
    r"[^=&;\s]*=)(?P<password>[^&;\s]*)",
    re.IGNORECASE,
)


def secret_names(text: str) -> tuple[str, ...]:
    """Give the names of the placeholders in a text, each once, in order.

    Raises
    ------
    ParameterError
        If a ``${`` does not begin a placeholder.

    Examples
    --------
    >>> secret_names("postgres://${DB_USER}:${DB_PASSWORD}@host/db")
    ('DB_USER', 'DB_PASSWORD')
    """
    if len(_OPENING.findall(text)) != len(_PLACEHOLDER.findall(text)):
        raise ParameterError(
            Problem(
                what="a '${' that begins no placeholder",
                needed="${NAME}: letters, digits and _, not beginning with a digit",
            )
        )
    return tuple(dict.fromkeys(_PLACEHOLDER.findall(text)))


def resolve(text: str, environment: Mapping[str, str]) -> str:
    """Put the environment's values in the place of the placeholders, as they are.

    Parameters
    ----------
    text : str
        With any number of ``${NAME}``.
    environment : mapping of str to str
        Usually ``os.environ``.

    Raises
    ------
    ParameterError
        Naming every placeholder that the environment does not hold.

    Examples
    --------
    >>> resolve("id-${CODE}", {"CODE": "007"})
    'id-007'
    """
    values = secret_values(text, environment)
    return _PLACEHOLDER.sub(lambda match: values[match[1]], text)


def resolve_url(url: str, environment: Mapping[str, str]) -> str:
    """Put secrets into a connection's URL, percent-encoded where the URL asks for it.

    The environment holds a password as it is (``p@ss/word``); within the user's
    part and the query it is encoded, so that the URL still means the same. A URL
    that is one placeholder alone is taken from the environment as it is.

    Raises
    ------
    ParameterError
        Naming every placeholder that the environment does not hold.

    Examples
    --------
    >>> resolve_url("postgres://reader:${PASSWORD}@host/db", {"PASSWORD": "p@ss/word"})
    'postgres://reader:p%40ss%2Fword@host/db'
    >>> resolve_url("${BANK_URL}", {"BANK_URL": "duckdb://bank.duckdb"})
    'duckdb://bank.duckdb'
    """
    values = secret_values(url, environment)
    authority = _AUTHORITY.match(url)
    end_of_user = authority[0].rfind("@") if authority else -1
    query = url.find("?")

    def insert(match: re.Match[str]) -> str:
        encoded = match.start() < end_of_user or 0 <= query < match.start()
        return quote(values[match[1]], safe="") if encoded else values[match[1]]

    return _PLACEHOLDER.sub(insert, url)


def secret_values(text: str, environment: Mapping[str, str]) -> dict[str, str]:
    """Look the placeholders of a text up in the environment.

    Returns
    -------
    dict of str to str
        Name to value; hand it to `mask` for anything that a driver says.

    Raises
    ------
    ParameterError
        Naming every placeholder that the environment does not hold.
    """
    names = secret_names(text)
    missing = [name for name in names if not environment.get(name)]
    if missing:
        raise ParameterError(
            Problem(
                what=f"the environment has no value for {', '.join(missing)}",
                needed="every ${NAME} of the source's url set before the run",
                next_step=f"Set it, for example: export {missing[0]}=…",
            )
        )
    return {name: environment[name] for name in names}


def mask(text: str, *, secrets: Mapping[str, str] | None = None) -> str:
    """Hide what is secret in a text before it is shown, logged or raised.

    Parameters
    ----------
    text : str
        Anything, such as what a database driver says.
    secrets : mapping of str to str, optional
        Name to value, as `secret_values` gives them: each value becomes ``${NAME}``.

    Returns
    -------
    str
        Passwords within URLs are hidden too, placeholders stay.

    Examples
    --------
    >>> mask("cannot reach postgres://reader:hunter2@host/db")
    'cannot reach postgres://reader:***@host/db'
    >>> mask("bad password 'hunter2'", secrets={"DB_PASSWORD": "hunter2"})
    "bad password '${DB_PASSWORD}'"
    """
    longest_first = sorted((secrets or {}).items(), key=lambda item: -len(item[1]))
    for name, value in longest_first:
        for form in dict.fromkeys((value, quote(value, safe=""), quote_plus(value))):
            if form:
                text = text.replace(form, f"${{{name}}}")
    return _hide(_QUERY, _hide(_USERINFO, text))


def holds_placeholder(text: str) -> bool:
    """Whether a text has a ``${``."""
    return _OPENING.search(text) is not None


def holds_password(url: str) -> bool:
    """Whether a URL spells out a password or a token that should be ``${NAME}``.

    Examples
    --------
    >>> holds_password("postgres://reader:hunter2@host/db")
    True
    >>> holds_password("postgres://reader:${DB_PASSWORD}@host:5432/db?sslmode=require")
    False
    """
    return mask(url) != url


def is_sensitive(text: str) -> bool:
    """Whether a text is better not shown: a placeholder, a URL, something with a password."""
    return holds_placeholder(text) or "://" in text or holds_password(text)


def _hide(pattern: re.Pattern[str], text: str) -> str:
    def hide(match: re.Match[str]) -> str:
        rest = _PLACEHOLDER.sub("", match["password"])
        if not rest:
            return match[0]
        return match["head"] + HIDDEN + match[0][len(match["head"]) + len(match["password"]) :]

    return pattern.sub(hide, text)
