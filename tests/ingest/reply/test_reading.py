"""A bare body, text or HTML: what it says, and what of it is new."""

from mailgate.ingest.reply import read_html, read_text


def test_a_text_body_says_all_and_its_reply_only_what_is_new() -> None:
    said = read_text(
        "Nu fungerar det.\r\n\r\nDen 3 mars 2026 kl. 10:00 skrev Support <support@example.com>:\r\n> hej\r\n"
    )
    assert said.reply_text == "Nu fungerar det."
    assert "> hej" in said.body_text


def test_an_html_body_says_all_and_its_reply_only_what_is_new() -> None:
    history = "<b>Från:</b> Support<br><b>Skickat:</b> den 3 mars 2026 10:00<br><b>Till:</b> Anna<br><b>Ämne:</b> Lön"
    said = read_html(f"<div>Nu fungerar det.</div><div>{history}</div><p>Fungerar det?</p>")
    assert said.reply_text == "Nu fungerar det."
    assert "Fungerar det?" in said.body_text
