"""Options that several commands share."""

from typing import Annotated

import typer

from mailgate.cli.failure import Failure

LARGEST_ID = 2**31 - 1
"""No row has a larger one; a database that is asked for it may call that a mistake instead of saying no."""


def _mail_at_most(mail_id: int | None) -> int | None:
    if mail_id is not None and mail_id > LARGEST_ID:
        raise Failure(f"there is no mail {mail_id}; mailgate mail list shows the newest")
    return mail_id


def _outbox_at_most(outbox_id: int | None) -> int | None:
    if outbox_id is not None and outbox_id > LARGEST_ID:
        raise Failure(f"there is no mail {outbox_id} in the outbox; mailgate outbox list shows the newest")
    return outbox_id


AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Limit = Annotated[int, typer.Option("--limit", min=1, help="The newest so many.")]
Raw = Annotated[bool, typer.Option("--raw", help="Print the mail's bytes.")]
MailNumber = Annotated[
    int, typer.Argument(metavar="ID", min=1, callback=_mail_at_most, help="The mail's id, as listings show it.")
]
MaybeMailNumber = Annotated[int | None, typer.Argument(metavar="ID", min=1, callback=_mail_at_most)]
OutboxNumber = Annotated[
    int, typer.Argument(metavar="ID", min=1, callback=_outbox_at_most, help="Its id in the outbox.")
]
MaybeOutboxNumber = Annotated[int | None, typer.Argument(metavar="ID", min=1, callback=_outbox_at_most)]
Code = Annotated[str, typer.Argument(metavar="CODE", help="The customer's code in the register.")]
Number = Annotated[str, typer.Argument(metavar="NUMBER", help="MG-100042-6, in any writing.")]
