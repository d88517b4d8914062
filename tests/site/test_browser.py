"""The pages as a reader's browser shows them: Debian's or any other Chromium, without network."""

import json

import pytest

from analysis.site.index import write_index
from analysis.site.render import render_report

from .browsing import opened, overflow

pytestmark = pytest.mark.browser

PAGES = ("report.en.html", "report.zh.html")
INDEXES = ("index.html", "index.zh.html")
CONTRAST = """
() => {
  // the ratio of every text to the ground that it stands on
  const parse = (text) => (text.match(/[\\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => {
    const part = (v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
    return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
  };
  const ground = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const colour = parse(getComputedStyle(e).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return parse(getComputedStyle(document.documentElement).backgroundColor);
  };
  const low = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || ["SCRIPT", "STYLE"].includes(element.tagName)) continue;
    const style = getComputedStyle(element);
    const ink = element.closest("svg") ? style.fill : style.color;
    const [a, b] = [light(parse(ink)), light(ground(element))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) low.push([walker.currentNode.data.trim().slice(0, 40), ratio]);
  }
  return low;
}
"""


@pytest.fixture(scope="module")
def site(make, tmp_path_factory):
    """A run with one report, and one that failed."""
    run = tmp_path_factory.mktemp("site") / "sample"
    folder = make.folder(run / "lifecycle/bank", make.lifecycle())
    render_report(folder)
    status = {
        "run": "sample",
        "title": {"en": "Sample bank", "zh": "示例银行"},
        "period": "2025-Q4",
        "as_of": "2025-12-31",
        "languages": ["en", "zh"],
        "reports": [
            {
                "report": "lifecycle",
                "scope": scope,
                "status": status,
                "reason": reason,
                "folder": f"lifecycle/{slug}",
            }
            for scope, status, reason, slug in (
                ("bank", "published", "", "bank"),
                ("region:North", "failed", "The kernel died.", "region-north"),
            )
        ],
    }
    (run / "status.json").write_text(json.dumps(status), encoding="utf-8")
    write_index(run)
    return {name: run / "lifecycle/bank" / name for name in PAGES} | {
        name: run / name for name in INDEXES
    }


@pytest.mark.parametrize("name", [*PAGES, *INDEXES])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_request_no_violation_no_error(browser, site, name, scheme):
    with opened(browser, site[name], color_scheme=scheme) as (page, said, asked):
        page.wait_for_function("document.fonts.status === 'loaded'")
        page.mouse.wheel(0, 4000)
        assert [url for url in asked if not url.startswith("data:")] == [site[name].as_uri()]
        assert page.evaluate("violations") == []
        assert said == []


def test_a_script_that_is_not_the_pages_own_does_not_run(browser, site):
    with opened(browser, site["report.en.html"]) as (page, *_):
        page.evaluate(
            "document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">x</p>');"
            "const script = document.createElement('script');"
            "script.textContent = 'window.intruded = true'; document.body.append(script)"
        )
        assert page.evaluate("window.intruded") is None
        assert {"style-src-attr", "script-src-elem"} <= set(page.evaluate("violations"))


@pytest.mark.parametrize("name", [*PAGES, *INDEXES])
@pytest.mark.parametrize("width", [320, 768, 1280])
def test_nothing_runs_out_of_the_page(browser, site, name, width):
    viewport = {"width": width, "height": 800}
    with opened(browser, site[name], viewport=viewport) as (page, *_):
        page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true })")
        assert overflow(page) <= 0


@pytest.mark.parametrize("name", [*PAGES, *INDEXES])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read_on_its_ground(browser, site, name, scheme):
    with opened(browser, site[name], color_scheme=scheme) as (page, *_):
        page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true })")
        assert page.evaluate(CONTRAST) == []


def test_a_page_is_complete_without_scripts(browser, site):
    with opened(browser, site["report.en.html"], java_script_enabled=False) as (page, *_):
        for part in ("Verdict", "Key figures", "How sure we are", "Where this comes from"):
            assert page.get_by_role("heading", name=part, exact=True).is_visible()
        assert page.get_by_role("img", name="Figure 1").is_visible()
        assert page.get_by_role("table").first.is_visible()
        assert not page.locator("button.theme").is_visible()
        assert page.locator(".reading").count() == 0
        page.get_by_text("Data of figure 1").click()
        assert page.locator("#figure-stages table").is_visible()


def test_chinese_is_set_in_the_pages_own_type(browser, site):
    with opened(browser, site["report.zh.html"]) as (page, *_):
        loaded = page.evaluate(
            "[...document.fonts].filter((f) => f.status === 'loaded').map((f) => f.family)"
        )
    assert {family.strip('"') for family in loaded} == {"Report Sans SC", "Report Serif SC"}


def test_figures_follow_the_theme(browser, site):
    inks = set()
    for scheme in ("light", "dark"):
        with opened(browser, site["report.en.html"], color_scheme=scheme) as (page, *_):
            inks.add(
                page.evaluate("getComputedStyle(document.querySelector('.drawing text')).fill")
            )
    assert len(inks) == 2


def test_the_reader_chooses_the_theme_and_it_stays(browser, site):
    with opened(browser, site["report.en.html"], color_scheme="light") as (page, *_):
        ground = "getComputedStyle(document.documentElement).backgroundColor"
        light = page.evaluate(ground)
        page.get_by_role("button", name="Dark page").click()
        assert page.evaluate(ground) != light
        assert page.get_by_role("button", name="Light page").is_visible()
        page.reload()
        assert page.evaluate(ground) != light


def test_the_contents_follow_the_reading_position(browser, site):
    with opened(browser, site["report.en.html"]) as (page, *_):
        page.locator("#certainty").scroll_into_view_if_needed()
        page.evaluate("document.querySelector('#certainty').scrollIntoView({behavior: 'instant'})")
        current = page.locator(".toc a[aria-current]")
        current.filter(has_text="How sure we are").wait_for()
        assert current.count() == 1


def test_the_language_switch_leads_to_the_other_page(browser, site):
    with opened(browser, site["report.en.html"]) as (page, *_):
        page.get_by_role("link", name="中文").click()
        assert page.get_by_role("heading", level=1).inner_text() == "客户生命周期"
        page.get_by_role("link", name="English").click()
        assert page.get_by_role("heading", level=1).inner_text() == "Customer life cycle"


def test_the_index_leads_to_the_report_and_back(browser, site):
    with opened(browser, site["index.zh.html"]) as (page, *_):
        page.get_by_role("link", name="全行").click()
        assert page.get_by_role("heading", level=1).inner_text() == "客户生命周期"
        page.get_by_role("link", name="本次运行的全部报告").click()
        assert page.url == site["index.zh.html"].as_uri()


def test_a_reader_with_a_keyboard_reaches_everything(browser, site):
    viewport = {"width": 320, "height": 800}
    with opened(browser, site["report.en.html"], viewport=viewport) as (page, *_):
        page.keyboard.press("Tab")
        skip = page.get_by_role("link", name="Skip to the report")
        assert skip.is_visible()
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "report"
        focused = set()
        for _ in range(120):
            page.keyboard.press("Tab")
            focused.add(
                page.evaluate(
                    "document.activeElement.getAttribute('aria-labelledby')"
                    " || document.activeElement.tagName"
                )
            )
        assert {"table-stages-caption", "checks-caption", "inputs-caption", "SUMMARY"} <= focused


@pytest.mark.parametrize("name", PAGES)
def test_on_paper_it_is_light_whole_and_on_a4(browser, site, name):
    with opened(browser, site[name], color_scheme="dark") as (page, *_):
        page.emulate_media(media="print", color_scheme="dark")
        page.set_viewport_size({"width": 665, "height": 980})
        assert overflow(page) <= 0
        assert page.evaluate("getComputedStyle(document.documentElement).color") == (
            "rgb(28, 39, 51)"
        )
        assert page.evaluate("getComputedStyle(document.querySelector('.figure')).breakInside") == (
            "avoid"
        )
        for hidden in (".toc", ".controls", "#code"):
            assert not page.locator(hidden).is_visible()
        pdf = page.pdf(prefer_css_page_size=True)
    assert b"/MediaBox [0 0 594.95996 841.91998]" in pdf or b"/MediaBox [0 0 595 842]" in pdf
