"""DNS, as checks of senders ask it: bounded for each mail in time and number, and with trouble told from absence.

What a domain does not have is an empty answer. What cannot be found out now raises ``UndecidedError``: a mail must not
gain or lose its proof because a name server is slow.
"""

import time
from collections.abc import Sequence
from typing import Any

import dns.exception
import dns.name
import dns.nameserver
import dns.resolver

from mailgate.ingest.authenticity.undecided import UndecidedError

_REMEMBERED = 10_000
_MOST = 30
"""RFC 7208 §4.6.4 allows SPF ten, and each of them some more; three keys, and two policies."""


def resolver_for(nameservers: Sequence[str]) -> dns.resolver.Resolver:
    """This machine's resolver, or one that asks these ("127.0.0.1:53"); with one memory for all mails."""
    resolver = dns.resolver.Resolver(configure=not nameservers)
    if nameservers:
        places = (place.rpartition(":") for place in nameservers)
        resolver.nameservers = [dns.nameserver.Do53Nameserver(host.strip("[]"), int(port)) for host, _, port in places]
    resolver.cache = dns.resolver.LRUCache(_REMEMBERED)
    return resolver


class Lookups:
    """The questions that one mail may raise. Used by one thread."""

    def __init__(self, resolver: dns.resolver.Resolver, *, seconds: float) -> None:
        self._resolver = resolver
        self._until = time.monotonic() + seconds
        self._left = _MOST

    def texts(self, name: str) -> tuple[bytes, ...]:
        """The TXT records of a name, each in one piece."""
        return tuple(b"".join(record.strings) for record in self.records(name, "TXT"))

    def records(self, name: str, kind: str) -> list[Any]:
        """What there is of a kind; nothing where there is none, or the name is none."""
        left = self._until - time.monotonic()
        self._left -= 1
        if left <= 0 or self._left < 0:
            raise UndecidedError
        try:
            return list(self._resolver.resolve(name, kind, lifetime=left, search=False))
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer, dns.name.LabelTooLong, dns.name.NameTooLong):
            return []
        except (dns.name.EmptyLabel, dns.name.BadEscape, dns.name.BadLabelType, UnicodeError):
            return []
        except dns.exception.DNSException as error:
            raise UndecidedError from error
