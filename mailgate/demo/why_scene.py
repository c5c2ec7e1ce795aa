"""Scene 11: why things became what they became; what would become of others; and what another rule would change."""

import json
from datetime import timedelta

from mailgate.app import now
from mailgate.demo.expect import UnexpectedError, expect
from mailgate.demo.play import Opened, Play

_ERRORS = "[keywords.types.program_error]\n"
_ONE_MORE = '40 = ["*saldo*"]\n'


def why(play: Play, released: Opened) -> None:
    """Explain, try and replay, on the mails of this demo. None of it changes anything."""
    play.screen.scene(
        11,
        "Why?",
        "Nils is no SuperUser, and yet his mail became a ticket of Anna's. Each mail keeps how it was decided, so the "
        "head of support can see for herself:",
    )
    before = _standing(play)
    play.command("explain", str(released.mail_id))
    _try(play)
    _replay(play)
    expect("mails, tickets and answers after all this", wanted=before, found=_standing(play))
    play.screen.happened("none of this has changed anything: the same mails, tickets and answers as before")


def _try(play: Play) -> None:
    """A mail in a file."""
    play.screen.tell("What would become of a mail in Anna's name that her own domain disowns? A trial tells:")
    (play.stage.folder / "disowned.eml").write_bytes(play.post.pretending_to_be_a_superuser().content)
    asked = ("try", "disowned.eml", "--proof", "forged")
    play.command(*asked)
    tried = json.loads(play.stage.run(*asked, "--json"))
    expect("the rule for a forged mail", wanted="forged-author", found=tried["decision"]["rule"])
    expect("mails that would go out", wanted=0, found=len(tried["mails"]))


def _replay(play: Play) -> None:
    """One keyword more."""
    play.screen.tell('Would it be wise to count "saldo" as a word for program errors? Today\'s mails, decided again:')
    text = play.stage.config.read_text(encoding="utf-8")
    if text.count(_ERRORS) != 1:
        raise UnexpectedError(f"the configuration has no {_ERRORS.strip()}")
    changed = play.stage.folder / "new.toml"
    changed.write_text(text.replace(_ERRORS, _ERRORS + _ONE_MORE), encoding="utf-8")
    asked = ("replay", "--since", str((now() - timedelta(days=1)).date()))
    expect(
        "what would be different without it", wanted=0, found=json.loads(play.stage.run(*asked, "--json"))["different"]
    )
    play.command(*asked, "--config", changed.name, code=1)
    found = json.loads(play.stage.run(*asked, "--config", changed.name, "--json", code=1))
    changes = [(each["what"], each["old"], each["new"]) for one in found["differences"] for each in one["changes"]]
    expect("what would change", wanted=[("type", "question", "program_error"), ("level", None, "5")], found=changes)


def _standing(play: Play) -> tuple[int, int, int]:
    witness = play.stage.witness
    return len(witness.mails()), len(witness.tickets()), len(witness.queued())
