"""Markdown of a notebook as harmless HTML: simple elements, no links out, no images."""

from __future__ import annotations

import re

import bleach
from markupsafe import Markup

_ALLOWED = frozenset(
    "p br hr em strong del code pre blockquote ul ol li h3 h4 h5 h6 a "  # noqa: SIM905 - reads better than a list
    "table thead tbody tr th td dl dt dd".split()
)
_HIGH_HEADING = re.compile(r"<(/?)h[12](?=[\s>])")


def sanitise_prose(html: str) -> Markup:
    """Keep simple elements of rendered Markdown; show everything else as text.

    Links lead to places on the same page or nowhere; there is no style, no script,
    no image and nothing that a reader's browser would fetch.

    Parameters
    ----------
    html : str
        What nbconvert's ``markdown2html`` gives.

    Examples
    --------
    >>> sanitise_prose('<p>A <strong>b</strong><script>x()</script></p>')
    Markup('<p>A <strong>b</strong>&lt;script&gt;x()&lt;/script&gt;</p>')
    >>> sanitise_prose('<p><a href="javascript:x()">go</a></p>')
    Markup('<p><a>go</a></p>')
    """
    lowered = _HIGH_HEADING.sub(r"<\1h3", html)
    return Markup(  # noqa: S704
        bleach.clean(lowered, tags=_ALLOWED, attributes=_keep_attribute, protocols=())
    )


def _keep_attribute(tag: str, name: str, value: str) -> bool:
    if tag == "a":
        return name == "href" and value.startswith("#")
    if tag == "ol":
        return name == "start" and value.isdecimal()
    return False
