"""HTML becomes lines that a person can read, whatever it is made of."""

import pytest

from mailgate.ingest.reply.line import Mark
from mailgate.ingest.reply.markup import html_lines, html_to_text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>Hej</p><p>då</p>", "Hej\n\ndå"),
        ("<div>Hej<br></div><div><br></div><div>då</div>", "Hej\n\ndå"),
        ("Hej &aring;&auml;&ouml; &amp; hopp", "Hej åäö & hopp"),
        ("<ul><li>a<ol start=3><li>b<li>c</ol></ul>", "- a\n  3. b\n  4. c"),
        ("<table><tr><td>a</td><td></td><td>b</td></tr></table>", "a | b"),
        ("<table><tr><th>Ämne:</th><td>Lön</td></tr></table>", "Ämne: Lön"),
        ("<table><tr><td><p>a</p><p>b</p></td><td>c</td></tr></table>", "a\n\nb\nc"),
        ('<a href="https://kund.example/">https://kund.example/</a>', "https://kund.example/"),
        ('<a href="mailto:a@b.example?subject=x">Anna</a>', "Anna <a@b.example>"),
        ('<a href="javascript:alert(1)">klicka</a>', "klicka"),
        ('a<img src="https://spy.example/x.gif" alt="spårning">b', "ab"),
        ('a<img alt="😀">b', "a😀b"),
        ("<p style='display:none'>dold</p>synlig", "synlig"),
        ("<title>t</title><style>p{}</style><script>x</script>synlig<!-- dold -->", "synlig"),
        ("<pre>a\n  b</pre>c", "a\n  b\nc"),
        ("<blockquote type=cite>a<blockquote type=cite>b</blockquote></blockquote>c", "> a\n>> b\nc"),
        ('<p {="">Hej</p>', "Hej"),
        ("<o:p>Hej</o:p><svg><text>x</text></svg>", "Hej"),
        ("", ""),
        ("<", "<"),
    ],
)
def test_markup_reads_as_its_page_does(markup: str, text: str) -> None:
    assert html_to_text(markup) == text


@pytest.mark.parametrize(
    ("markup", "mark"),
    [
        ('<div class="gmail_attr">x</div>', Mark.ATTRIBUTION),
        ('<div class="moz-cite-prefix">x</div>', Mark.ATTRIBUTION),
        ('<div id="divRplyFwdMsg">x</div>', Mark.HISTORY),
        ('<div id="mail-editor-reference-message-container"><p>x</p></div>', Mark.HISTORY),
        ('<div style="border:none;border-top:solid #E1E1E1 1.0pt">x</div>', Mark.HEADERS),
        ('<div id="Signature">x</div>', Mark.SIGNATURE),
        ('<div class="gmail_signature">x</div>', Mark.SIGNATURE),
        ('<div id="signaturen">x</div>', Mark.NONE),
    ],
)
def test_what_a_program_says_of_its_markup_is_told_of_the_lines_in_it(markup: str, mark: Mark) -> None:
    marks = {line.bare: line.mark for line in html_lines(f"<p>a</p>{markup}<p>b</p>") if line.bare}
    assert marks == {"a": Mark.NONE, "x": mark, "b": Mark.NONE}


def test_deep_quotes_are_told_apart_to_a_limit() -> None:
    lines = html_lines("<blockquote type=cite>a" * 500)
    assert max(line.depth for line in lines) == 20
    assert sum(line.bare == "a" for line in lines) == 500
