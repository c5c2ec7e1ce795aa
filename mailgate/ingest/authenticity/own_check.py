"""SPF, DKIM and DMARC, worked out at our own door.

Proof is an aligned signature over a mail that was written to us, or an aligned reverse-path. A good signature on a mail
to somebody else may have been replayed by whoever got it, so it proves nothing here (and is no forgery either).
"""

from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network

from mailgate.config import Config
from mailgate.domain.authenticity import Authenticity, Proof
from mailgate.domain.mail import Envelope
from mailgate.ingest.authenticity import dmarc
from mailgate.ingest.authenticity.domains import aligned
from mailgate.ingest.authenticity.lookups import Lookups, resolver_for
from mailgate.ingest.authenticity.networks import is_within
from mailgate.ingest.authenticity.replays import is_to_us
from mailgate.ingest.authenticity.reverse_path import vouching_domain
from mailgate.ingest.authenticity.signatures import signature_for
from mailgate.ingest.author import author_of
from mailgate.ingest.header_scan import HeaderBlock, normalised, scan
from mailgate.ingest.limits import Unparsable


class OwnCheck:
    """The check, with one memory of DNS answers. Called by many threads."""

    def __init__(self, config: Config) -> None:
        self._relays: Sequence[IPv4Network | IPv6Network] = config.limits.relay_networks
        self._seconds = config.identity.dns_seconds
        self._resolver = resolver_for(config.identity.nameservers)

    def __call__(self, envelope: Envelope, helo: str) -> Authenticity:
        """What SPF, DKIM and DMARC say together. Raises ``UndecidedError``."""
        try:
            block = scan(normalised(envelope.content))
        except Unparsable:
            return _unproven("the header cannot be read")
        author, complaint = author_of(block)
        if author is None:
            return _unproven(complaint or "no author")
        return self._found(envelope, helo, block, author.domain)

    def _found(self, envelope: Envelope, helo: str, block: HeaderBlock, author: str) -> Authenticity:
        lookups = Lookups(self._resolver, seconds=self._seconds)
        asked = dmarc.policy_of(author, lookups)
        rules = asked or dmarc.Policy()
        signed = signature_for(envelope.content, block, author, strictly=rules.strict_dkim, lookups=lookups)
        if signed is not None and is_to_us(block, envelope.rcpt_to, fields=signed.fields & {"to", "cc"}):
            return _proven(f"dkim=pass {signed.domain}")
        relayed = is_within(envelope.peer, self._relays)  # then the client says nothing of where it came from
        domain = None if relayed else vouching_domain(envelope, helo, lookups)
        if domain is not None and aligned(domain, author, strictly=rules.strict_spf):
            return _proven(f"spf=pass {domain}")
        if signed is not None:
            return _unproven(f"dkim=pass {signed.domain}, in a mail that was not written to us")
        if rules.disowns and not relayed:
            return Authenticity(proof=Proof.FORGED, evidence="dmarc=fail, checked here")
        return _unproven("neither spf nor dkim is aligned" + (", and no dmarc" if asked is None else ""))


def _proven(evidence: str) -> Authenticity:
    return Authenticity(proof=Proof.PROVEN, evidence=f"{evidence}, checked here")


def _unproven(evidence: str) -> Authenticity:
    return Authenticity(proof=Proof.UNPROVEN, evidence=f"{evidence}, checked here")
