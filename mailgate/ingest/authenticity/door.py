"""Who is asked about the author of a mail that comes by SMTP: nobody, the border server, or ourselves."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from ipaddress import IPv4Network, IPv6Network
from typing import Protocol

import structlog

from mailgate.config import Config
from mailgate.domain.authenticity import Authenticity, Proof
from mailgate.domain.mail import Envelope
from mailgate.ingest.authenticity.networks import is_within
from mailgate.ingest.authenticity.told import told
from mailgate.ingest.authenticity.undecided import UndecidedError

log = structlog.get_logger()

_THREADS = 8
_MOST_UNDER_WAY = 200
_SECONDS = 10.0


class Examiner(Protocol):
    """Looks at one mail, in a thread of the door's. May wait for DNS."""

    def __call__(self, envelope: Envelope, helo: str) -> Authenticity:
        """What was found. Raises ``UndecidedError`` where it cannot be told now."""


class Examination:
    """Examines mails beside the event loop: bounded in threads, in how many wait, and in time."""

    def __init__(self, examine: Examiner, *, seconds: float) -> None:
        self._examine = examine
        self._seconds = seconds
        self._under_way = 0
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="smtp-examine")

    async def __call__(self, envelope: Envelope, helo: str) -> Envelope:
        """The envelope with what was found. Raises ``UndecidedError``, and nothing else."""
        if self._under_way >= _MOST_UNDER_WAY:
            raise UndecidedError
        self._under_way += 1
        try:
            async with asyncio.timeout(self._seconds):
                work = asyncio.get_running_loop().run_in_executor(self._pool, self._examine, envelope, helo)
                return replace(envelope, authenticity=await work)
        except TimeoutError:
            raise UndecidedError from None
        except UndecidedError:
            raise
        except Exception as error:  # a bug, of ours or of a library: no reason to lose the mail, nor to believe it
            log.error("examine_trouble", error=type(error).__name__)  # noqa: TRY400  its text may be the mail's
            log.debug("examine_trouble_details", exc_info=error)
            found = Authenticity(proof=Proof.UNPROVEN, evidence=f"error:{type(error).__name__}")
            return replace(envelope, authenticity=found)
        finally:
            self._under_way -= 1

    def close(self) -> None:
        """Nobody waits any more for what is still looked up."""
        self._pool.shutdown(wait=False, cancel_futures=True)


def examination(config: Config) -> Examination | None:
    """As configured; None where nobody is to be asked."""
    examine = examiner(config)
    own = config.identity.smtp == "check"
    return Examination(examine, seconds=own * config.identity.dns_seconds + _SECONDS) if examine is not None else None


def examiner(config: Config) -> Examiner | None:
    """The same, to be asked by somebody who can wait."""
    if config.identity.smtp == "border":
        return _ByBorder(config)
    if config.identity.smtp == "check":
        from mailgate.ingest.authenticity.own_check import OwnCheck  # noqa: PLC0415  who checks nothing loads no DNS

        return OwnCheck(config)
    return None


class _ByBorder:
    """Who can reach us past the border server can write its fields, too: only what it hands over is believed."""

    def __init__(self, config: Config) -> None:
        self._authserv_id = config.identity.authserv_id
        self._relays: Sequence[IPv4Network | IPv6Network] = config.limits.relay_networks
        self._ours = (*config.addresses.support, *config.addresses.orders)

    def __call__(self, envelope: Envelope, helo: str) -> Authenticity:
        if is_within(envelope.peer, self._relays):
            return told(envelope.content, self._authserv_id, ours=(*self._ours, *envelope.rcpt_to))
        return Authenticity(proof=Proof.UNPROVEN, evidence="did not come by the border server")
