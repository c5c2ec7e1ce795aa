"""The HTML of a mail, made safe to show in a page of ours: no script, no form, nothing that is fetched from elsewhere.

Structure, tables, lists, emphasis and plain colours stay. Images inside the mail (``cid:``) stay, to be resolved by
whoever shows it; remote ones, which tell their sender who looked and when, leave their alternative text.
"""

import html
import re
from collections.abc import Set
from functools import lru_cache
from typing import Any

import nh3

from mailgate.ingest.limits import MAX_TEXT
from mailgate.ingest.reply.markup import html_to_text
from mailgate.ingest.reply.table import words

MOST_MARKUP = MAX_TEXT
"""Signs that are shown; what is longer ends there."""
_TAGS = words(
    "a abbr b blockquote br caption center code col colgroup dd del div dl dt em font h1 h2 h3 h4 h5 h6 hr i img ins"
    " li ol p pre q s small span strike strong sub sup table tbody td tfoot th thead tr tt u ul"
)
_FORGOTTEN = words("script style title template noscript svg math iframe object select textarea")
_ATTRIBUTES: dict[str, Set[str]] = {
    "*": frozenset({"align", "dir", "lang", "title", "valign", "style"}),
    "a": frozenset({"href"}),
    "blockquote": frozenset({"type"}),
    "col": frozenset({"span", "width"}),
    "colgroup": frozenset({"span", "width"}),
    "font": frozenset({"color", "face", "size"}),
    "img": frozenset({"src", "alt", "width", "height"}),
    "li": frozenset({"value"}),
    "ol": frozenset({"start", "type"}),
    "table": frozenset({"border", "cellpadding", "cellspacing", "width"}),
    "td": frozenset({"colspan", "rowspan", "width", "height"}),
    "th": frozenset({"colspan", "rowspan", "width", "height"}),
}
# Nothing that fetches (background), covers the page (position), or hides (display).
_STYLES = frozenset(
    {"color", "background-color", "font-weight", "font-style", "text-align", "text-decoration", "white-space"}
)
_FETCHES = re.compile(r"url\s*\(|image\s*\(|expression|@import|\\", re.IGNORECASE)
_CONTENT_ID = re.compile(r"cid:[^\s\"'<>\\]{1,300}", re.IGNORECASE)
_TAG = re.compile(r"<(/?)([a-z][a-z0-9]{0,20})", re.IGNORECASE)
_SELF_CLOSING = words("area br col hr img input link meta wbr p li dt dd tr td th option tbody thead tfoot o v w")
_DEEPEST = 256
_MOST_WORK = 3_000_000
_MOST_ENTITIES = 20_000
_NUMBER = re.compile(r"\d{1,4}%?")
_MEASURES = frozenset({"width", "height", "colspan", "rowspan", "span", "start", "value", "size"})


def safe_html(markup: str) -> str:
    """Markup that can be set into a page as it is, in an element of its own. Total; a very long one ends early."""
    markup = markup[:MOST_MARKUP].replace("\0", "")
    return _cleaner().clean(markup) if _is_moderate(markup) else _as_text(markup)


def _is_moderate(markup: str) -> bool:
    """Whether cleaning costs little: it is quadratic in depth, and unclosed elements are opened again in others."""
    depth = deepest = count = 0
    for match in _TAG.finditer(markup):
        count += 1
        if match[2].lower() not in _SELF_CLOSING:
            depth = max(0, depth - 1) if match[1] else depth + 1
            deepest = max(deepest, depth)
    return deepest <= _DEEPEST and deepest * count <= _MOST_WORK and markup.count("&") <= _MOST_ENTITIES


def _as_text(markup: str) -> str:
    return f"<p>{html.escape(html_to_text(markup)).replace(chr(10), '<br>')}</p>"


@lru_cache(maxsize=1)
def _cleaner() -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=set(_TAGS),
        clean_content_tags=set(_FORGOTTEN),
        attributes={tag: set(names) for tag, names in _ATTRIBUTES.items()},
        attribute_filter=_kept,
        strip_comments=True,
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}, "img": {"loading": "lazy"}},
        url_schemes={"http", "https", "mailto", "tel", "cid"},
        filter_style_properties=set(_STYLES),
    )


def _kept(tag: str, name: str, value: str) -> Any:
    """An attribute's value as it may stay; None takes it away."""
    if name == "src":
        return value if tag == "img" and _CONTENT_ID.fullmatch(value) else None
    if name == "href":
        return value if value.split(":", 1)[0].strip().lower() in {"http", "https", "mailto", "tel"} else None
    if name == "style":
        return None if _FETCHES.search(value) else value
    if name in _MEASURES:
        return value if _NUMBER.fullmatch(value) else None
    return value[:500]
