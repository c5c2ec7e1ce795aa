"""What a mailbox is opened with: a password, or an OAuth access token that a command prints.

Read anew at each connection, so that a changed secret needs no restart. Secrets never get into a message or a log.
"""

import os
import shlex
import signal
import subprocess
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from mailgate.config import ImapConfig
from mailgate.config_file import ConfigError, secret

_TOKEN_SECONDS = 30.0
_LONGEST_TOKEN = 65_536


class SignInError(Exception):
    """No secret could be had, or the server refused it; the text is ours, and safe to log."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """A password, or an access token for XOAUTH2."""

    secret: str = field(repr=False)
    is_token: bool


def credential_of(mailbox: ImapConfig, *, home: Path, stop: threading.Event) -> Credential:
    """The mailbox's secret as it is right now. Raises ``SignInError``."""
    if mailbox.token_command:
        return Credential(secret=_printed_token(mailbox.token_command, home=home, stop=stop), is_token=True)
    try:
        return Credential(
            secret=secret(env=mailbox.password_env, file=mailbox.password_file, home=home), is_token=False
        )
    except ConfigError as error:
        raise SignInError(str(error)) from error


def _printed_token(command: str, *, home: Path, stop: threading.Event) -> str:
    try:
        # A session of its own, so that what the command starts can be ended together with it.
        child = subprocess.Popen(  # noqa: S603 the operator's own command, split without a shell
            shlex.split(command),
            cwd=home,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        raise SignInError(f"token_command cannot be started: {error.__class__.__name__}") from error
    try:
        output = _output(child, stop)
    finally:
        _end(child)
    if child.returncode:
        raise SignInError(f"token_command ended with {child.returncode}")
    return _first_line(output)


def _output(child: subprocess.Popen[bytes], stop: threading.Event) -> bytes:
    deadline = time.monotonic() + _TOKEN_SECONDS
    while not stop.is_set() and time.monotonic() < deadline:
        try:
            return child.communicate(timeout=0.5)[0]
        except subprocess.TimeoutExpired:
            continue
    raise SignInError("token_command did not end in time")


def _end(child: subprocess.Popen[bytes]) -> None:
    if child.poll() is None:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()
    if child.stdout is not None:
        child.stdout.close()


def _first_line(output: bytes) -> str:
    """RFC 6750 §2.1: a token is one word of visible ASCII; anything else would break out of the SASL answer."""
    token = output.partition(b"\n")[0].strip()
    if not token or len(token) > _LONGEST_TOKEN or any(not 0x21 <= byte <= 0x7E for byte in token):
        raise SignInError("token_command printed no token")
    return token.decode("ascii")
