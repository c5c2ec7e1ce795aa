import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme

from mailgate.config import AddressesConfig, Config
from mailgate.config_identity import IdentityConfig
from mailgate.config_smtp import LimitsConfig, SmtpConfig
from mailgate.ingest.mail_transactions import Welcomes
from mailgate.ingest.recipients import recipients_of
from mailgate.ingest.smtp_listener import SmtpListener
from tests.support.smtp_door import NOW, Listen, WatchedSpool


@pytest.fixture
def spool() -> WatchedSpool:
    return WatchedSpool()


@pytest.fixture
def listen(spool: WatchedSpool, tmp_path: Path) -> Iterator[Listen]:
    """Start a listener; what is not said is ordinary."""
    started: list[SmtpListener] = []

    def start(
        limits: dict[str, Any] | None = None,
        *,
        welcomes: Welcomes | None = None,
        identity: IdentityConfig | None = None,
        **config: Any,
    ) -> SmtpListener:
        ordinary = {"listen": "127.0.0.1:0", "hostname": "mx.example.com", "max_mail_bytes": 65536}
        addresses = AddressesConfig(support=("support@example.com",), orders=("konsult@example.com",))
        listener = SmtpListener(
            Config(
                home=tmp_path,
                smtp=SmtpConfig(**ordinary | config),
                limits=LimitsConfig(**limits or {}),
                identity=identity or IdentityConfig(),
            ),
            recipients=recipients_of(addresses),
            spool=spool,
            clock=lambda: NOW,
            welcomes=welcomes,
        )
        listener.start()
        started.append(listener)
        return listener

    yield start
    for listener in started:
        listener.drain(0)


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[dict[str, str], ssl.SSLContext]:
    """The configuration of a certificate for localhost, and a client's context that trusts it."""
    authority = trustme.CA()
    issued = authority.issue_cert("localhost", "127.0.0.1")
    issued.private_key_pem.write_to_path(tmp_path / "key.pem")
    for index, pem in enumerate(issued.cert_chain_pems):
        pem.write_to_path(tmp_path / "cert.pem", append=index > 0)
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return {"certificate": "cert.pem", "key": "key.pem"}, context
