import pytest

from analysis.site.prose import sanitise_prose


def test_simple_markdown_stays():
    html = (
        "<p>A <strong>b</strong> <em>c</em> <code>d</code></p><ul><li>e</li></ul>"
        '<ol start="3"><li>f</li></ol><table><thead><tr><th>g</th></tr></thead></table>'
    )
    assert sanitise_prose(html) == html


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ("<script>x()</script>", "&lt;script&gt;x()&lt;/script&gt;"),
        ('<p onclick="x()">a</p>', "<p>a</p>"),
        ('<p style="color: red">a</p>', "<p>a</p>"),
        ('<p class="badge" id="verdict">a</p>', "<p>a</p>"),
        ('<a href="https://example.org">a</a>', "<a>a</a>"),
        ('<a href="JaVaScRiPt:x()">a</a>', "<a>a</a>"),
        ('<a href="//example.org" target="_top">a</a>', "<a>a</a>"),
        ('<a href="#methods">a</a>', '<a href="#methods">a</a>'),
        ('<ol start="1;x">', "<ol></ol>"),
    ],
)
def test_everything_else_is_text_or_nothing(html, shown):
    assert sanitise_prose(html) == shown


@pytest.mark.parametrize("tag", ["img", "iframe", "object", "svg", "math", "form", "input", "base"])
def test_no_element_that_fetches_or_asks(tag):
    assert f"<{tag}" not in sanitise_prose(f'<{tag} src="x" href="x">')


def test_headings_stay_below_those_of_the_page():
    assert sanitise_prose("<h1>a</h1><h2>b</h2><h3>c</h3>") == "<h3>a</h3><h3>b</h3><h3>c</h3>"
