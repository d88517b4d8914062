"""Text from data is text: in a real browser, with the page's policy and without it."""

import json
import re

import pytest

from analysis.publish.payload import PublishedCell, PublishedMethod
from analysis.site.index import write_index
from analysis.site.render import render_report

from .hostile import FIRING, SVG_BODIES, TEXTS, poison_paths

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">'
POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')
OUTWARD = re.compile(r"\s*(java|vb|data:text|https?:|//)", re.IGNORECASE)
PAGES = ("report.en.html", "report.zh.html")
INDEXES = ("index.html", "index.zh.html")


def carriers(make, number, text):
    """One of each kind of payload, with the text wherever a text can be."""
    both = make.same(text)
    cell = PublishedCell(value=text, text=both)
    table = make.table()
    rows = ((cell, *table.rows[0][1:]), *table.rows[1:])
    columns = (table.columns[0].model_copy(update={"title": both}), *table.columns[1:])
    poisoned = {"caption": both, "notes": (both,), "rows": rows, "columns": columns}
    return [
        make.finding(f"f{number}", statement=both, action=both),
        make.metric(f"m{number}", both, both, definition=both, interval_text=both),
        make.table(f"t{number}", **poisoned),
        make.figure(
            f"g{number}",
            svg=make.same(make.svg),
            caption=both,
            alt=both,
            table=make.table(f"gt{number}", **poisoned),
        ),
        make.check(f"c{number}", label=both, detail=both),
        PublishedMethod(name=f"d{number}", title=both, citation=text, assumptions=(both,)),
        make.input(f"i{number}", title=both, source=text, left_out=(both,), quality=(both,)),
    ]


def encodable(text):
    return text.replace("\ud800", "\ufffd")


def hostile_notebook(make):
    drawings = [
        make.figure(
            f"drawing{number}",
            svg=make.same(f"{SVG}{body}</svg>"),
        )
        for number, body in enumerate(SVG_BODIES.values())
    ]
    cells = [make.code("x = 1", make.header(**poisoned_header(make)), make.verdict())]
    for number, text in enumerate(map(encodable, TEXTS.values())):
        cells += [
            make.markdown(f"## {text}\n\n{text}", "en"),
            make.markdown(f"## {text}\n\n{text}", "zh"),
            make.code(f"show({text!r})\n# {text}", *carriers(make, number, text)),
        ]
    cells.append(make.code("draw()", *drawings))
    return poison_paths(make.notebook(*cells))


def poisoned_header(make):
    script = make.same(TEXTS["end of script"])
    return {
        "title": make.same(TEXTS["end of title"]),
        "question": script,
        "run_title": script,
        "period": TEXTS["image"],
        "scope": "branch:" + TEXTS["out of double quotes"],
        "scope_title": script,
        "parameters": {"note": TEXTS["script"], "nested": {"x": [TEXTS["image"]]}},
        "rules": (script,),
    }


@pytest.fixture(scope="module")
def written(make, tmp_path_factory):
    run = tmp_path_factory.mktemp("hostile") / "sample"
    folder = make.folder(
        run / "lifecycle/bank",
        hostile_notebook(make),
        {**make.manifest, "libraries": {TEXTS["script"]: TEXTS["image"]}},
    )
    render_report(folder)
    entries = [
        {
            "report": "lifecycle",
            "scope": f"branch:{text}",
            "status": "failed" if number else "published",
            "reason": text,
            "folder": "lifecycle/bank",
            "title": {"en": text, "zh": text},
        }
        for number, text in enumerate(map(encodable, TEXTS.values()))
    ]
    status = {
        "run": "sample",
        "title": {"en": TEXTS["end of title"], "zh": TEXTS["end of title"]},
        "period": TEXTS["script"],
        "as_of": "2025-12-31",
        "languages": ["en", "zh"],
        "reports": entries,
    }
    (run / "status.json").write_text(json.dumps(status), encoding="utf-8")
    write_index(run)
    return {name: folder / name for name in PAGES} | {name: run / name for name in INDEXES}


PRESS = """() => {
  document.querySelectorAll('details').forEach((each) => { each.open = true; });
  document.querySelectorAll('body *').forEach((each) => {
    for (const kind of ['mouseover', 'focus', 'load', 'error'])
      each.dispatchEvent(new Event(kind));
  });
}"""


def try_page(browser, path):
    """Open a page, press and pass over everything, and say what happened."""
    context = browser.new_context()
    page = context.new_page()
    asked, dialogs = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    page.goto(path.as_uri())
    page.wait_for_load_state()
    page.evaluate(PRESS)
    page.wait_for_timeout(200)
    fired = page.evaluate("window.fired || 0")
    links = page.eval_on_selector_all("[href]", "all => all.map(e => e.getAttribute('href'))")
    address = page.url
    context.close()
    return {
        "fired": fired,
        "asked": [url for url in asked if not url.startswith(("file:", "data:font"))],
        "dialogs": dialogs,
        "links": [link for link in links if OUTWARD.match(link)],
        "left": address != path.as_uri(),
    }


NOTHING = {"fired": 0, "asked": [], "dialogs": [], "links": [], "left": False}


@pytest.mark.browser
@pytest.mark.parametrize("policy", [True, False], ids=["with the policy", "without it"])
@pytest.mark.parametrize("name", [*PAGES, *INDEXES])
def test_nothing_fires(browser, written, name, policy):
    page = written[name]
    if not policy:
        text, count = POLICY.subn("", page.read_text("utf-8"))
        assert count == 1
        page = page.with_name(f"open-{name}")
        page.write_text(text, encoding="utf-8")
    assert try_page(browser, page) == NOTHING


@pytest.mark.browser
def test_the_same_texts_fire_where_a_page_takes_them_for_markup(browser, tmp_path):
    """Otherwise the silence of our pages would say nothing; a frame holds one text each."""
    names = sorted(FIRING)
    for number, name in enumerate(names):
        text = f"<!doctype html><p>{TEXTS[name]}"
        (tmp_path / f"{number}.html").write_text(text, encoding="utf-8")
    frames = "".join(f'<iframe name="text-{n}" src="{n}.html"></iframe>' for n in range(len(names)))
    (tmp_path / "all.html").write_text(f"<!doctype html>{frames}", encoding="utf-8")
    page = browser.new_page()
    page.goto((tmp_path / "all.html").as_uri())
    found = {frame.name: frame for frame in page.frames if frame.name.startswith("text-")}
    for frame in found.values():
        frame.evaluate(PRESS)
    page.wait_for_timeout(200)
    fired = {
        name for n, name in enumerate(names) if found[f"text-{n}"].evaluate("window.fired || 0")
    }
    page.close()
    assert len(fired) >= 20, sorted(FIRING - fired)


def test_every_text_is_on_the_page_to_be_read(written):
    text = written["report.en.html"].read_text("utf-8")
    assert "&lt;script&gt;window.fired" in text
    assert "=HYPERLINK(" in text
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\u202a-\u202e\u2066-\u2069]", text)


def test_no_cell_of_a_file_is_a_formula(written):
    folder = written["report.en.html"].parent
    files = sorted((folder / "tables").glob("*.csv"))
    assert len(files) >= 2 * len(TEXTS)
    for file in files:
        for line in file.read_text("utf-8-sig").splitlines():
            assert not re.match(r'"?[=+@\t\r]', line), file.name


def test_a_text_of_ten_megabytes_is_written_once_and_whole(make, tmp_path):
    long = "<script>" * 1_250_000
    cells = [
        make.code(
            "x = 1",
            make.header(languages=("en",)),
            make.verdict(),
            make.finding(statement=make.same(long)),
        )
    ]
    render_report(make.folder(tmp_path / "long", make.notebook(*cells)))
    page = (tmp_path / "long" / "report.en.html").read_text("utf-8")
    assert page.count("&lt;script&gt;") >= 1_250_000
    assert "<script><script>" not in page
