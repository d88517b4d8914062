import base64
import hashlib
import re
import zipfile
from html.parser import HTMLParser
from itertools import pairwise

import nbformat
import pytest
from jinja2 import Environment

from analysis.errors import ReportError
from analysis.publish.payload import PublishedCell, PublishedColumn, PublishedMethod
from analysis.site.lineage import lineage_template
from analysis.site.render import _exporter, get_ready, render_report
from analysis.site.review import review_template
from analysis.site.templates import COMPILED

ATTACK = "<script>alert('x')</script>\"onload=\"alert(1)\" 'x' \u202egnp.exe"
VOID = {"meta", "link", "br", "hr", "img", "input", "wbr", "col", "source"}
URL_ATTRIBUTES = {"href", "src", "action", "data", "poster", "srcset", "formaction", "xlink:href"}


class Document(HTMLParser):
    """What a browser would see: elements in order, with their attributes and texts."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.elements = []
        self.open = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        element = {"tag": tag, **dict(attrs), "text": ""}
        self.elements.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag, attrs):
        self.elements.append({"tag": tag, **dict(attrs), "text": ""})

    def handle_endtag(self, tag):
        assert self.open.pop()["tag"] == tag, "elements are closed in order"
        if tag in {"dt", "dd", "th", "td", "li", "p", "caption"}:
            self.handle_data(" ")

    def handle_data(self, data):
        for element in self.open:
            element["text"] += data

    def all(self, tag):
        return [element for element in self.elements if element["tag"] == tag]

    def one(self, **attributes):
        found = [e for e in self.elements if all(e.get(k) == v for k, v in attributes.items())]
        assert len(found) == 1, attributes
        return found[0]

    @property
    def text(self):
        return " ".join(self.one(tag="body")["text"].split())


@pytest.fixture(scope="module")
def folder(make, tmp_path_factory):
    folder = make.folder(tmp_path_factory.mktemp("report"), make.lifecycle())
    render_report(folder)
    return folder


def page_text(folder, language):
    return (folder / f"report.{language}.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module", params=["en", "zh"])
def page(folder, request):
    return Document(page_text(folder, request.param))


@pytest.fixture(scope="module")
def english(folder):
    return Document(page_text(folder, "en"))


@pytest.fixture
def render(make, tmp_path):
    """Render payloads under one heading; give the English page."""

    def _render(*payloads, cells=(), header=None, manifest=None):
        head = header or make.header(languages=("en",))
        notebook = make.notebook(
            make.code("x", head), make.markdown("## Q"), *cells, make.code("y", *payloads)
        )
        render_report(make.folder(tmp_path, notebook, manifest))
        return page_text(tmp_path, "en")

    return _render


def test_the_files_that_a_report_leaves(folder):
    left = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    names = ("tables/stages", "tables/figure-stages", "tables/figure-movement")
    assert left == {
        "disclosure.json",
        "notebook.ipynb",
        "manifest.json",
        "report.en.html",
        "report.zh.html",
        "results.json",
        "tables.en.xlsx",
        "tables.zh.xlsx",
        *(f"{name}.{language}.csv" for name in names for language in ("en", "zh")),
        *(f"figures/{n}.{lang}.svg" for n in ("stages", "movement") for lang in ("en", "zh")),
    }


def test_two_renders_are_the_same_byte_for_byte(folder, make, tmp_path):
    render_report(make.folder(tmp_path, make.lifecycle()))
    for path in folder.rglob("*"):
        if path.is_file():
            assert (tmp_path / path.relative_to(folder)).read_bytes() == path.read_bytes(), path


def test_a_page_is_light(folder):
    assert max(path.stat().st_size for path in folder.glob("*.html")) < 400_000


def test_nothing_is_fetched_from_anywhere(page):
    for element in page.elements:
        for name, value in element.items():
            if name in URL_ATTRIBUTES:
                assert not re.match(r"(?i)\s*([a-z][a-z0-9+.-]*:|//|/|\\)", value) or (
                    element["tag"] == "link" and value == "data:,"
                )
    for element in (*page.all("style"), *page.all("script")):
        text = re.sub(r"url\(data:font/woff;base64,[A-Za-z0-9+/=]+\)", "", element["text"])
        assert not re.search(r"https?:|//[a-z]|@import|url\(", text)


def test_links_lead_to_what_is_there(page, folder):
    anchors = {element["id"] for element in page.elements if "id" in element}
    for link in (*page.all("a"), *page.all("use")):
        target = link["href"]
        if target.startswith("#"):
            assert target[1:] in anchors
        elif "index" not in target:
            assert (folder / target).is_file()
    assert {link["href"] for link in page.all("a") if "index" in link["href"]} <= {
        "../../index.html",
        "../../index.zh.html",
    }


def test_ids_occur_once(page):
    ids = [element["id"] for element in page.elements if "id" in element]
    assert sorted(ids) == sorted(set(ids))


def test_the_policy_lets_in_the_pages_own_style_and_script_and_nothing_else(page):
    def hashed(element):
        digest = hashlib.sha256(element["text"].encode()).digest()
        return f"'sha256-{base64.b64encode(digest).decode()}'"

    (style,), (script,) = page.all("style"), page.all("script")
    policy = page.one(**{"http-equiv": "Content-Security-Policy"})["content"]
    assert policy.split("; ") == [
        "default-src 'none'",
        f"style-src {hashed(style)}",
        f"script-src {hashed(script)}",
        "img-src data:",
        "font-src data:",
        "base-uri 'none'",
        "form-action 'none'",
    ]


def test_the_policy_stands_before_all_that_it_rules(page):
    tags = [element["tag"] for element in page.elements if element["tag"] in {"meta", "style"}]
    policies = [e for e in page.all("meta") if "http-equiv" in e]
    assert tags.index("style") > page.all("meta").index(policies[0])


def test_no_element_has_a_style_or_a_handler_of_its_own(page):
    for element in page.elements:
        assert not [name for name in element if name == "style" or name.startswith("on")]


def test_the_page_is_in_the_order_of_a_reviewers_questions(english):
    order = [
        "Customer life cycle",
        "Scope Whole bank",
        "Period 2025-Q4",
        "Data as of 31 December 2025",
        "Compared with 30 September 2025",
        "Review Not reviewed",
        "Verdict",
        "The bank keeps its customers",
        "Main findings",
        "rose by 1.1 percentage points",
        "Key figures",
        "1 At which stage are the customers?",
        "Next step Keep the service plan",
        "Figure 1 Six in ten",
        "Table 1 Six in ten",
        "2 Who moves, and where to?",
        "Figure 2 Six in ten",
        "How sure we are",
        "Methods",
        "What the key figures measure",
        "Fader, P. S.",
        "Data Tables that were read",
        "24 rows have no customer.",
        "Downloads",
        "Where this comes from",
        "Code",
        "Disclosure rules Statistics on fewer than 10 customers are withheld.",
    ]
    text, at = english.text, 0
    for part in order:
        position = text.find(part, at)
        assert position >= 0, part
        at = position


def test_headings_go_down_one_level_at_a_time(page):
    levels = [int(e["tag"][1]) for e in page.elements if re.fullmatch(r"h[1-6]", e["tag"])]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(below - above <= 1 for above, below in pairwise(levels))


def test_each_page_speaks_its_language(folder):
    chinese = Document(page_text(folder, "zh"))
    assert chinese.one(tag="html")["lang"] == "zh-Hans"
    assert "第1节" in chinese.text
    assert "客户处于哪个阶段？" in chinese.text
    assert "At which stage are the customers?" not in chinese.text
    english = Document(page_text(folder, "en"))
    assert english.one(tag="html")["lang"] == "en"
    assert not re.search("[\u4e00-\u9fff]", english.text.replace("中文", ""))


def test_each_page_leads_to_its_sibling(folder):
    for language, other in (("en", "zh"), ("zh", "en")):
        page = Document(page_text(folder, language))
        assert page.one(tag="a", href=f"report.{other}.html")
        assert not [a for a in page.all("a") if a["href"] == f"report.{language}.html"]


def test_a_report_in_one_language_has_no_switch(render, tmp_path):
    page = Document(render())
    assert not [nav for nav in page.all("nav") if nav.get("class") == "switch"]
    assert not (tmp_path / "report.zh.html").exists()


def test_chinese_type_is_inside_the_page(folder):
    style = Document(page_text(folder, "zh")).all("style")[0]["text"]
    assert style.count("@font-face") == 2
    assert 'font-family:"Report Serif SC"' in style


def test_strength_is_said_in_words(english):
    for name, strength in (("stable", "Conclusive"), ("offer", "Inconclusive")):
        assert strength in english.one(id=f"finding-{name}")["text"]


def test_a_tile_shows_value_interval_change_and_where_it_is_defined(english):
    tile = " ".join(english.one(id="metric-value")["text"].split())
    assert "¥3,412" in tile
    assert "¥3,120 to ¥3,702 (95% interval)" in tile
    assert "Worse: −¥96 since 30 September 2025" in tile
    assert english.one(tag="a", href="#definition-value")
    assert "Customers with at least" in english.one(id="definition-value")["text"]


def test_a_tile_that_is_withheld_says_so_and_gives_nothing_away(english):
    tile = " ".join(english.one(id="metric-winback")["text"].split())
    assert "withheld Too few stand behind this number to show it." in tile
    assert "since" not in tile


def test_a_tile_without_a_period_to_compare_with_says_so(make, render):
    metric = make.metric(
        "m", make.both("M", "M"), make.same("1"), change=None, change_text=make.same("")
    )
    page = Document(render(metric))
    assert "No comparison with 30 September 2025" in page.one(id="metric-m")["text"]


def test_tables_are_tables_to_a_screen_reader(english):
    table = english.one(id="table-stages")
    assert "Six in ten customers are stable, and their share grew" in table["text"]
    heads = [
        e for e in english.all("th") if e.get("scope") == "row" and e["text"].strip() == "Stable"
    ]
    assert len(heads) == 3
    assert all("scope" in head for head in english.all("th"))
    region = english.one(**{"class": "scroll", "aria-labelledby": "table-stages-caption"})
    assert region["tabindex"] == "0"


def test_numbers_are_set_apart_and_withheld_cells_marked(english):
    cells = english.all("td")
    assert [c["class"] for c in cells if c["text"].strip() == "6,105"] == ["number"] * 3
    assert [c["class"] for c in cells if c["text"].strip() == "withheld"] == ["withheld number"] * 3


def test_a_figure_states_its_finding_and_its_data_stands_beside_it(english):
    figure = english.one(id="figure-stages")
    assert "Bar chart: 61.1% of customers are stable" in figure["text"]
    assert "Data of figure 1" in figure["text"]
    assert "1,240" in figure["text"]


def test_failed_checks_come_first(english):
    checks = [e["id"] for e in english.elements if e.get("id", "").startswith("check-")]
    assert checks == ["check-stable-rate", "check-fit", "check-season"]
    assert "3 checks: 1 passed, 1 failed, 1 for information." in english.text
    assert "Mandatory" in english.one(id="check-stable-rate")["text"]


def test_rows_left_out_are_counted(english):
    data = " ".join(english.one(id="data")["text"].split())
    assert "Transactions 151,204 151,180 24 1 January 2023 to 31 December 2025" in data
    assert "Customers 10,000 10,000 0 no dates" in data


def test_a_citation_is_text_and_no_link(english):
    method = english.one(id="method-bg-nbd")
    assert "https://doi.org/10.1287/mksc.1040.0098" in method["text"]


def test_code_is_in_the_appendix_only_and_closed(english, folder):
    code = english.one(id="code")
    assert "report.show(stages)" in code["text"].replace("\n", "")
    assert english.text.count("lifecycle.stages(") == 1
    assert all("open" not in details for details in english.all("details"))


def test_what_a_notebook_prints_stays_with_the_analyst(folder):
    for path in folder.rglob("*"):
        if path.is_file() and path.name != "notebook.ipynb":
            for text in texts_in(path):
                assert "STRAY" not in text
                assert "preview for the analyst" not in text


def texts_in(path):
    if path.suffix != ".xlsx":
        return [path.read_text(encoding="utf-8")]
    with zipfile.ZipFile(path) as book:
        return [book.read(name).decode("utf-8") for name in book.namelist()]


def test_the_manifest_gives_hashes_and_versions_and_no_clock(english, make):
    text = english.text
    assert make.manifest["notebook"] in text
    assert make.manifest["lock"] in text
    assert "tables/transactions 9f86d081" in text
    assert "Modules that took part: 1" in text
    assert "pandas 3.0.2" in text
    for clock in ("2026", "41.25", "31.75", "734003200", "08:15"):
        assert clock not in text


def test_a_clock_in_the_manifest_changes_nothing(make, tmp_path):
    pages = []
    for seconds in (1.0, 2.0):
        manifest = {**make.manifest, "seconds": seconds, "started_at": f"2026-01-0{seconds:.0f}"}
        render_report(make.folder(tmp_path, make.lifecycle(), manifest))
        pages.append(page_text(tmp_path, "en"))
    assert pages[0] == pages[1]


def test_without_a_manifest_the_page_says_so(render):
    assert "No manifest was written with this report." in Document(render()).text


def test_a_manifest_that_is_none_is_refused(make, tmp_path):
    folder = make.folder(tmp_path, make.lifecycle())
    (folder / "manifest.json").write_text("[]", encoding="utf-8")
    with pytest.raises(ReportError, match="not a JSON object"):
        render_report(folder)


def test_hostile_text_is_only_text_wherever_it_stands(make, render):
    hostile = make.same(ATTACK)
    column = PublishedColumn(name="c", title=hostile, numeric=False)
    cell = PublishedCell(value=ATTACK, text=hostile)
    shape = {"columns": (column,), "rows": ((cell,),), "notes": (hostile,), "total_rows": ()}
    html = render(
        make.verdict(statement=hostile),
        make.finding(statement=hostile, action=hostile),
        make.metric("m", hostile, hostile, definition=hostile, change_text=hostile),
        make.table(caption=hostile, **shape),
        make.figure(
            caption=hostile,
            alt=hostile,
            svg=make.same(make.svg),
            table=make.table("t", caption=hostile, **shape),
        ),
        make.check("c", label=hostile, detail=hostile),
        PublishedMethod(name="m", title=hostile, citation=ATTACK, assumptions=(hostile,)),
        make.input(title=hostile, source=ATTACK, left_out=(hostile,), quality=(hostile,)),
        cells=[
            make.markdown(f"## {ATTACK}\n\n{ATTACK}\n\n```html\n{ATTACK}\n```\n- {ATTACK}"),
            make.code(f"print('''{ATTACK}''')"),
        ],
        header=make.header(
            languages=("en",),
            title=hostile,
            question=hostile,
            run_title=hostile,
            scope_title=hostile,
            period=ATTACK,
            parameters={ATTACK: ATTACK},
            rules=(hostile,),
        ),
        manifest={**make.manifest, "libraries": {ATTACK: ATTACK}},
    )
    page = Document(html)
    assert len(page.all("script")) == 1
    assert "alert" not in page.all("script")[0]["text"]
    assert not [name for e in page.elements for name in e if name.startswith("on")]
    assert "\u202e" not in html
    assert page.text.count("<script>alert('x')</script>") > 25


def test_markdown_reaches_the_page_without_links_images_and_html(make, render):
    source = (
        "A **b** [out](https://example.org) [bad](javascript:alert(1)) [in](#methods) "
        "![the picture](https://example.org/x.png) <img src=x onerror=alert(1)>\n\n"
        "| a | b |\n|:--|--:|\n| 1 | 2 |\n\n```mermaid\n<script>alert(1)</script>\n```\n\n"
        "Big\n===\n"
    )
    page = Document(render(make.finding(), cells=[make.markdown(f"Text.\n\n{source}")]))
    links = [link for link in page.all("a") if link["text"] in {"out", "bad", "in"}]
    assert [(link["text"], link["href"]) for link in links] == [("in", "#methods")]
    assert "A b out bad in the picture" in page.text
    assert not page.all("img")
    assert [head["text"] for head in page.all("h1")] == ["Customer life cycle"]
    assert "the picture <img src=x onerror=alert(1)>" in page.text
    assert len(page.all("script")) == 1


def test_a_lost_output_stops_the_page(make, tmp_path):
    notebook = make.lifecycle()
    notebook.cells[5].outputs.pop(0)
    folder = make.folder(tmp_path, notebook)
    with pytest.raises(ReportError, match="finding:stable"):
        render_report(folder)
    assert not list(folder.glob("*.html"))


def test_a_notebook_without_cell_ids_is_rendered_too(make, tmp_path):
    notebook = make.lifecycle()
    notebook.nbformat_minor = 4
    for cell in notebook.cells:
        del cell["id"]
    folder = make.folder(tmp_path, notebook)
    render_report(folder)
    assert "Customer life cycle" in Document(page_text(folder, "en")).text


def test_a_report_with_nothing_but_its_header_is_a_page(render):
    text = Document(render()).text
    for line in (
        "This report states no verdict.",
        "This report states no checks.",
        "This report names no methods.",
        "This report names no input tables.",
    ):
        assert line in text
    assert nbformat.current_nbformat == 4


def test_whoever_forks_after_getting_ready_leaves_nothing_to_compile(tmp_path, make, monkeypatch):
    COMPILED.clear()
    for kept in (_exporter, lineage_template, review_template):
        kept.cache_clear()
    get_ready()
    compiled = []
    compile_one = Environment.compile
    monkeypatch.setattr(
        Environment,
        "compile",
        lambda self, source, name=None, *rest, **more: (
            compiled.append(name) or compile_one(self, source, name, *rest, **more)
        ),
    )
    render_report(make.folder(tmp_path, make.lifecycle()))
    assert compiled == []
