"""T14: who may not write is told so in the dialogue (``[addresses] strangers = "refuse"``), never by a mail of ours."""

import smtplib

import pytest

from tests.support.smtp_door import MAIL, Listen, WatchedSpool, a_client, send


def knows_anna(reverse_path: str) -> bool:
    return reverse_path == "anna@kund.example"


def test_a_stranger_is_refused_before_the_mail_is_sent(listen: Listen, spool: WatchedSpool) -> None:
    with a_client(listen(welcomes=knows_anna)) as client:
        client.ehlo()
        assert client.mail("nisse@annan.example")[0] == 250
        code, words = client.rcpt("support@example.com")
        assert (code, words[:5]) == (550, b"5.7.1")
        assert b"support@example.com" not in words
    assert spool.kept == []


def test_who_is_known_gets_in(listen: Listen, spool: WatchedSpool) -> None:
    assert send(listen(welcomes=knows_anna))[0] == 250
    assert len(spool.kept) == 1


def test_the_null_reverse_path_gets_in_for_it_tells_of_our_own_mails(listen: Listen, spool: WatchedSpool) -> None:
    assert send(listen(welcomes=knows_anna), sender="")[0] == 250
    assert spool.kept[0].mail_from is None


@pytest.mark.parametrize("role", ["postmaster", "postmaster@example.com", "abuse@example.com"])
def test_everybody_may_write_to_a_role_address(role: str, listen: Listen, spool: WatchedSpool) -> None:
    with a_client(listen(welcomes=knows_anna)) as client:
        assert client.sendmail("nisse@annan.example", [role], MAIL) == {}
    assert len(spool.kept) == 1


def test_where_the_register_cannot_be_asked_the_sender_is_to_come_again(listen: Listen) -> None:
    def broken(_reverse_path: str) -> bool:
        raise OSError("no database")

    with a_client(listen(welcomes=broken)) as client, pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        client.sendmail("anna@kund.example", ["support@example.com"], MAIL)
    assert refused.value.recipients["support@example.com"][0] == 451
