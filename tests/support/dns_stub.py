"""A name server on loopback that knows what a test tells it; names it may be told to be ill about."""

import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

Zone = Mapping[tuple[str, str], tuple[str, ...]]
"""(name, type) → records as a zone file writes them."""

ILL, SILENT = "ill", "silent"


class DnsStub:
    """UDP only. ``questions``: how many came."""

    def __init__(self, zone: Zone, troubles: Mapping[str, str]) -> None:
        self._zone = zone
        self._troubles = troubles
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.place = f"127.0.0.1:{self._socket.getsockname()[1]}"
        self.questions = 0
        self._thread = threading.Thread(target=self._serve, name="dns-stub", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Answer no more."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(b"", self._socket.getsockname())
        self._thread.join(5)
        self._socket.close()

    def _serve(self) -> None:
        while True:
            asked, whom = self._socket.recvfrom(4096)
            if not asked:
                return
            self.questions += 1
            if (answer := self._answer(dns.message.from_wire(asked))) is not None:
                self._socket.sendto(answer.to_wire(), whom)

    def _answer(self, query: dns.message.Message) -> dns.message.Message | None:
        question = query.question[0]
        name, kind = question.name.to_text(omit_final_dot=True).lower(), dns.rdatatype.to_text(question.rdtype)
        trouble = self._troubles.get(name)
        if trouble == SILENT:
            return None
        answer = dns.message.make_response(query)
        answer.flags |= dns.flags.RA
        if trouble == ILL:
            answer.set_rcode(dns.rcode.SERVFAIL)
        elif records := self._zone.get((name, kind)):
            answer.answer.append(dns.rrset.from_text(question.name, 300, "IN", kind, *records))
        elif not any(known == name for known, _ in self._zone):
            answer.set_rcode(dns.rcode.NXDOMAIN)
        return answer


@contextmanager
def a_name_server(zone: Zone, troubles: Mapping[str, str] | None = None) -> Iterator[DnsStub]:
    """Listens until the end of the block."""
    stub = DnsStub(zone, troubles or {})
    try:
        yield stub
    finally:
        stub.close()


def txt(text: str) -> tuple[str, ...]:
    """A TXT record, in strings of a length that DNS takes."""
    return (" ".join(f'"{text[at : at + 200]}"' for at in range(0, len(text), 200)),)
