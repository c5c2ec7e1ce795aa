"""Faults of the IMAP server, played by a scripted one. See ``faults``."""

import hashlib
import time
from collections.abc import Iterator, Sequence

from judge.oracle import Finding, findings, gathered
from judge.told import mail
from judge.world import SUPERUSERS, World, wait_until
from tests.support.fake_imap import FakeImap


def _mails(world: World, count: int) -> list[bytes]:
    contents = []
    for _ in range(count):
        sent = world.told.begin("imap")
        sent.answers.append((time.monotonic(), 250))
        contents.append(mail(sent, sender=SUPERUSERS[2], filling="rad\r\n" * 30))
    return contents


def _not_as_they_were(world: World, contents: Sequence[bytes]) -> Iterator[Finding]:
    whole = {hashlib.sha256(content).hexdigest() for content in contents}
    for sha256 in world.database.hashes() - whole:
        yield Finding(promise="a mail is whole or is not ours", about=sha256)
    yield from findings(gathered(world.database, world.told.all(), world.taken()))


def connection_cut(bugs: Sequence[str]) -> Iterator[Finding]:
    """Cut after so many bytes, at many places; then the server is well again."""
    with FakeImap([]) as server, World(mailbox_port=server.port, bugs=bugs) as world:
        contents = _mails(world, 3)
        server.mails = dict(enumerate(contents, start=1))
        for cut_after in range(150, 1500, 150):
            before = server.connections
            server.cut_after = cut_after
            world.daemon.start()
            wait_until(lambda: server.connections > before and server.sent >= cut_after, seconds=5)  # noqa: B023
            time.sleep(0.1)
            world.daemon.kill()
        server.cut_after = None
        world.daemon.start()
        if not world.wait_until_done():
            yield Finding(promise="everything comes to an end", about=world.log_tail()[-600:])
        yield from _not_as_they_were(world, contents)


def other_uidvalidity(bugs: Sequence[str]) -> Iterator[Finding]:
    """The folder is made anew: the same UIDs are other mails; none is passed over, none comes twice."""
    with FakeImap([]) as server, World(mailbox_port=server.port, bugs=bugs) as world:
        contents = _mails(world, 2)
        server.mails = dict(enumerate(contents, start=1))
        world.daemon.start()
        wait_until(world.is_done)
        world.daemon.kill()
        contents += _mails(world, 2)
        server.mails = {1: contents[2], 2: contents[0], 3: contents[3]}
        selected = b"* 3 EXISTS\r\n* OK [UIDVALIDITY 8] .\r\n* OK [UIDNEXT 4] .\r\nTAG OK done\r\n"
        server.misbehave = lambda line: selected if line.upper().startswith(("SELECT", "EXAMINE")) else None
        world.daemon.start()
        if not world.wait_until_done(10):
            yield Finding(promise="no mail is passed over", about="in a folder that was made anew")
        yield from _not_as_they_were(world, contents)
