"""A file that a specialist sends through us, as it goes into our mail: under a plain name, and as nothing that runs."""

import re
import unicodedata
from pathlib import PurePosixPath

from mailgate.domain.outgoing import PassedOn
from mailgate.notify.mime import Attachment

_LONGEST_NAME = 60
_PLAIN_TYPE = re.compile(r"(?:application|image|audio|video)/[a-z0-9][a-z0-9.+-]{0,80}")


def file_of(passed_on: PassedOn) -> Attachment:
    """Names lose their accents: how a mail program reads any other sign in them is anybody's guess."""
    kind = passed_on.content_type.lower()
    plain = kind if _PLAIN_TYPE.fullmatch(kind) else "application/octet-stream"
    return Attachment(content_type=plain, name=plain_name(passed_on.name), content=passed_on.content)


def plain_name(name: str) -> str:
    """``Lönelista (nov).pdf`` → ``Lonelista (nov).pdf``; never a path, never empty."""
    apart = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii")
    safe = re.sub(r"[^A-Za-z0-9 ._()-]", "_", apart).strip(" .") or "file"
    suffix = PurePosixPath(safe).suffix
    suffix = suffix if len(suffix) <= 12 else ""
    return safe.removesuffix(suffix)[: _LONGEST_NAME - len(suffix)] + suffix
