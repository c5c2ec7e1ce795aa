"""``make gallery``: pictures of every mail in every language, narrow, wide and dark, and one page to look through them.

Into ``build/gallery``; where Chromium is missing it says so.
"""

import sys
from collections.abc import Iterator
from html import escape
from pathlib import Path

from mailgate.config import Config
from mailgate.domain.customer import Language
from mailgate.domain.notice_kinds import GOES_OUT, NoticeKind
from mailgate.notify.compose import Composer, composer_of
from mailgate.notify.samples import SAMPLE_TIME, sample_notice
from tests.support.browser import NAMES, Browser, installed
from tests.support.shown import html_in

FOLDER = Path(__file__).resolve().parents[2] / "build" / "gallery"
# How a mail is looked at: name, width of the window, whether dark is preferred.
VIEWS = (("narrow", 380, False), ("dark", 380, True), ("wide", 1000, False), ("wide dark", 1000, True))

_STYLE = """
body { margin: 0 auto; max-width: 1500px; padding: 1rem; font-family: sans-serif; background: #ddd; }
h2 { margin: 3rem 0 .2rem; } p { margin: 0 0 1rem; } nav a { margin-right: .8rem; white-space: nowrap; }
.mails { display: flex; flex-wrap: wrap; gap: 1rem; align-items: flex-start; }
figure { margin: 0; } img { display: block; border: 1px solid #999; max-width: 100%; }
"""


def main() -> int:
    """The exit code: 1 where there is no Chromium."""
    program = installed()
    if program is None:
        print(
            f"gallery: none of {', '.join(NAMES)} is on this machine; on Debian: apt install chromium", file=sys.stderr
        )
        return 1
    FOLDER.mkdir(parents=True, exist_ok=True)
    with Browser(program) as browser:
        taken = sum(1 for _ in _pictures(browser, composer_of(Config())))
    page = FOLDER / "index.html"
    page.write_text(_index(), "utf-8")
    print(f"{taken} pictures; look through them: {page}")
    return 0


def _pictures(browser: Browser, composer: Composer) -> Iterator[Path]:
    for view, width, dark in VIEWS:
        browser.window(width=width, dark=dark)
        for kind in NoticeKind:
            for language in Language:
                notice = sample_notice(kind, language)
                browser.show(html_in(composer.compose(notice, now=SAMPLE_TIME, unique="gallery").content))
                place = FOLDER / _file(kind, language, view)
                browser.picture(place)
                yield place


def _file(kind: NoticeKind, language: Language, view: str) -> str:
    return f"{kind}-{language}-{view.replace(' ', '-')}.png"


def _index() -> str:
    links = "".join(f'<a href="#{kind}">{kind}</a> ' for kind in NoticeKind)
    parts = "".join(_part(kind) for kind in NoticeKind)
    head = f'<meta charset="utf-8"><title>Mails</title><style>{_STYLE}</style>'
    return f'<!DOCTYPE html><html lang="en"><head>{head}</head><body><nav>{links}</nav>{parts}</body></html>\n'


def _part(kind: NoticeKind) -> str:
    occasion = GOES_OUT[kind]
    rows = "".join(
        f'<h3>{view}</h3><div class="mails">{"".join(_figure(kind, language, view) for language in Language)}</div>'
        for view, _, _ in VIEWS
    )
    return f'<h2 id="{kind}">{kind}</h2><p>{escape(occasion.to)}: {escape(occasion.when)}</p>{rows}'


def _figure(kind: NoticeKind, language: Language, view: str) -> str:
    name = f"{kind}, {language}, {view}"
    return f'<figure><img loading="lazy" src="{_file(kind, language, view)}" alt="{name}"></figure>'


if __name__ == "__main__":
    sys.exit(main())
