"""The paths of MAIL and RCPT: ``<somebody@example.com>`` and what stands behind it. Pure."""

import re

# RFC 5321 §4.1.2: "<" [source route ":"] mailbox ">"; senders that leave the brackets out are understood, too.
_PATH = re.compile(
    r'<(?:@[^<>:\s]*:)?(?P<path>(?:"(?:[^"\\]|\\.)*"|[^<>"\s\\])*)>(?P<rest>(?:\s.*)?)|(?P<bare>[^<>"\s\\]+)(?P<more>.*)'
)


def path_and_parameters(arg: str) -> tuple[str | None, str | None]:
    """What is behind ``FROM:`` or ``TO:`` → the address without a source route, ``<>`` for none, and the parameters.

    Two times None where it is no path (RFC 5321 §4.1.2).
    """
    match = _PATH.fullmatch(arg.strip())
    if match is None:
        return None, None
    if match["bare"]:
        return match["bare"], match["more"]
    return match["path"] or "<>", match["rest"]
