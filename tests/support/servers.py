"""Says whether a real server (Dovecot, Postfix, PostgreSQL) is on this machine, so that its tests can run.

Without it a test is skipped, with the reason; where ``MAILGATE_REQUIRE_SERVERS=1`` stands, as on the machine that
judges, its absence is a failure, so that nothing goes untested unseen.
"""

import os
import shutil
import socket
from typing import NoReturn

import pytest

# Servers live where an ordinary user's PATH does not reach.
_SERVER_PATH = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/local/sbin", "/usr/sbin", "/sbin"])


def require(binary: str) -> str:
    """The full path of a server's program; skips the test, or fails it, where the program is missing."""
    found = shutil.which(binary, path=_SERVER_PATH)
    if found is not None:
        return found
    unusable(f"{binary} is not installed")


def unusable(reason: str) -> NoReturn:
    """End this test, as ``require`` does, where a server is there but cannot serve."""
    if os.environ.get("MAILGATE_REQUIRE_SERVERS") == "1":
        pytest.fail(f"{reason}, and MAILGATE_REQUIRE_SERVERS=1 demands it", pytrace=False)
    pytest.skip(reason)


def free_ports(count: int) -> list[int]:
    """So many different ports of the loopback address that nobody listens on right now."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()
