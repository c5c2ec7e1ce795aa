import smtplib
import socket
import ssl

import pytest

from tests.support.dialogue import read_reply
from tests.support.smtp_door import MAIL, Listen, WatchedSpool, a_client, send


def test_starttls_is_offered_once_and_takes_mail(
    listen: Listen, spool: WatchedSpool, certificate: tuple[dict[str, str], ssl.SSLContext]
) -> None:
    config, trust = certificate
    with a_client(listen(**config)) as client:
        client.ehlo()
        assert client.has_extn("starttls")
        assert not client.has_extn("auth")
        client._host = "localhost"
        client.starttls(context=trust)
        client.ehlo()
        assert not client.has_extn("starttls")
        assert not client.has_extn("auth")
        client.sendmail("anna@kund.example", ["support@example.com"], MAIL)
    assert [mail.content for mail in spool.kept] == [MAIL]


def test_what_was_sent_ahead_of_tls_is_not_run(
    listen: Listen, certificate: tuple[dict[str, str], ssl.SSLContext]
) -> None:
    config, trust = certificate
    with socket.create_connection(listen(**config).addresses[0], timeout=20) as peer:
        with peer.makefile("rb") as replies:
            assert read_reply(replies).startswith("220")
            peer.sendall(b"EHLO client.example\r\n")
            assert "STARTTLS" in read_reply(replies)
            peer.sendall(b"STARTTLS\r\nEHLO injected\r\nMAIL FROM:<evil@x.example>\r\n")
            assert read_reply(replies).startswith("220")
        with trust.wrap_socket(peer, server_hostname="localhost") as secured:
            secured.sendall(b"RCPT TO:<support@example.com>\r\n")
            assert secured.recv(1000).startswith(b"503")


def test_require_tls_refuses_mail_in_the_clear(
    listen: Listen, spool: WatchedSpool, certificate: tuple[dict[str, str], ssl.SSLContext]
) -> None:
    config, trust = certificate
    with a_client(listen(**config, require_tls=True)) as client:
        client.ehlo()
        assert client.mail("anna@kund.example") == (530, b"5.7.0 Must issue a STARTTLS command first")
        client._host = "localhost"
        client.starttls(context=trust)
        client.sendmail("anna@kund.example", ["support@example.com"], MAIL)
    assert len(spool.kept) == 1


def test_tls_from_the_first_byte(
    listen: Listen, spool: WatchedSpool, certificate: tuple[dict[str, str], ssl.SSLContext]
) -> None:
    config, trust = certificate
    listener = listen(**config, listen_tls="127.0.0.1:0", require_tls=True)
    host, port = listener.addresses[1]
    with smtplib.SMTP_SSL(host, port, local_hostname="client.example", context=trust, timeout=20) as client:
        client.ehlo()
        assert not client.has_extn("starttls")
        client.sendmail("anna@kund.example", ["support@example.com"], MAIL)
    assert len(spool.kept) == 1


def test_old_tls_is_refused(listen: Listen, certificate: tuple[dict[str, str], ssl.SSLContext]) -> None:
    config, trust = certificate
    listener = listen(**config, listen_tls="127.0.0.1:0")
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        trust.minimum_version = trust.maximum_version = ssl.TLSVersion.TLSv1_1
    trust.set_ciphers("ALL:@SECLEVEL=0")
    with (
        socket.create_connection(listener.addresses[1], timeout=20) as peer,
        pytest.raises((ssl.SSLError, ConnectionError)),
        trust.wrap_socket(peer, server_hostname="localhost"),
    ):
        pass


def test_a_broken_handshake_hurts_nobody_else(
    listen: Listen, certificate: tuple[dict[str, str], ssl.SSLContext]
) -> None:
    config, _ = certificate
    listener = listen(**config)
    with socket.create_connection(listener.addresses[0], timeout=20) as peer, peer.makefile("rb") as replies:
        read_reply(replies)
        peer.sendall(b"EHLO client.example\r\n")
        read_reply(replies)
        peer.sendall(b"STARTTLS\r\n")
        assert read_reply(replies).startswith("220")
        peer.sendall(b"this is no TLS\r\n")
        while peer.recv(1000):
            pass
    assert send(listener)[0] == 250
