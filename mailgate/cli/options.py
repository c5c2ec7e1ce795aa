"""Options that several commands share."""

from typing import Annotated

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Limit = Annotated[int, typer.Option("--limit", min=1, help="The newest so many.")]
Raw = Annotated[bool, typer.Option("--raw", help="Print the mail's bytes.")]
MailNumber = Annotated[int, typer.Argument(metavar="ID", min=1, help="The mail's id, as listings show it.")]
Code = Annotated[str, typer.Argument(metavar="CODE", help="The customer's code in the register.")]
Number = Annotated[str, typer.Argument(metavar="NUMBER", help="MG-100042-6, in any writing.")]
