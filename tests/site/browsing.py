"""A reader's browser for tests: Debian's or any other Chromium, without network."""

import shutil
from contextlib import contextmanager

CHROMIUM = next(
    (
        path
        for name in ("chromium", "chromium-browser", "google-chrome")
        if (path := shutil.which(name))
    ),
    None,
)


@contextmanager
def opened(browser, path, **options):
    """Open a page; whatever it says or asks for is on the lists that come with it."""
    context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
    context.add_init_script(
        "window.violations = [];"
        "document.addEventListener('securitypolicyviolation',"
        " (event) => violations.push(event.violatedDirective));"
    )
    page = context.new_page()
    said, asked = [], []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path.as_uri())
    page.wait_for_load_state()
    try:
        yield page, said, asked
    finally:
        context.close()


def overflow(page):
    return page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
