"""``mailgate digest``: what a specialist's digest would say at this moment. Nothing is sent."""

from dataclasses import asdict
from email import message_from_bytes
from email.policy import default
from typing import Annotated

import typer

from mailgate.cli.failure import MISUSED, Failure
from mailgate.cli.opening import workshop
from mailgate.cli.options import AsJson
from mailgate.cli.output import print_json, say


def digest(
    context: typer.Context,
    who: Annotated[str, typer.Option("--for", metavar="NAME", help="A specialist, by name or address.")],
    show: Annotated[bool, typer.Option("--print", help="Show it; mailgate serve sends it in the morning.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show a specialist's digest as it would be now. Nothing is sent."""
    if not (show or as_json):
        raise Failure("digests are sent by mailgate serve; --print shows one here", code=MISUSED)
    from mailgate.cli.people import specialist_of

    with workshop(context) as shop:
        from mailgate.app import mint, now
        from mailgate.desk.digests import digest_now
        from mailgate.desk.tell import to_person
        from mailgate.domain.outgoing import Notice

        at = now()
        with shop.database.reading() as uow:
            specialist = specialist_of(uow, who)
            content = digest_now(uow, shop.house, specialist, now=at)
        if as_json:
            print_json(asdict(content), zone=shop.house.hours.zone)
            return
        notice = Notice(key="shown", to=to_person(specialist), content=content)
        subject, text = _read(shop.house.composer.compose(notice, now=at, unique=mint()).content)
    say(subject)
    say()
    say(text.rstrip())


def _read(content: bytes) -> tuple[str, str]:
    message = message_from_bytes(content, policy=default)
    body = message.get_body(("plain",))
    return str(message["Subject"]), body.get_content() if body is not None else ""
