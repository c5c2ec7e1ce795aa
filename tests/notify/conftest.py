import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import trustme

from mailgate.config import OutgoingConfig
from mailgate.notify.smtp_transport import SmtpTransport
from tests.support.smtp_sink import SinkRules, SmtpSink, Submit


@pytest.fixture(params=[False, True], ids=["one by one", "pipelining"])
def sink(request: pytest.FixtureRequest) -> Iterator[SmtpSink]:
    """As servers are: some want each command answered before the next, some allow RFC 2920."""
    with SmtpSink(SinkRules(pipelining=request.param)) as running:
        yield running


@pytest.fixture
def submit_to(tmp_path: Path) -> Iterator[Submit]:
    """A transport to a sink, or to a port; what is not said is ordinary."""
    with ExitStack() as opened:

        def start(
            where: SmtpSink | int, *, password: Callable[[], str] | None = None, dot_seconds: float = 20, **config: Any
        ) -> SmtpTransport:
            port = where if isinstance(where, int) else where.port
            ordinary = {"host": "127.0.0.1", "port": port, "tls": "none", "timeout_seconds": 20}
            transport = SmtpTransport(
                OutgoingConfig(**ordinary | config),
                home=tmp_path,
                password=password,
                local_hostname="mailgate.example.com",
                dot_seconds=dot_seconds,
            )
            opened.callback(transport.close)
            return transport

        yield start


@pytest.fixture
def certificate(tmp_path: Path) -> ssl.SSLContext:
    """A server's context; its authority lies in ``ca.pem``."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost", "127.0.0.1").configure_cert(context)
    return context
