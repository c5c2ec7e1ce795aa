"""``mailgate preview``: how a mail of each kind looks, with the desk's own templates and configuration.

The contents are samples, always the same; nothing is sent, and no database is needed.
"""

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mailgate.cli.failure import MISUSED, NOT_DONE, Failure
from mailgate.cli.opening import load, plainly
from mailgate.cli.output import print_raw, print_table, say
from mailgate.domain.customer import Language
from mailgate.domain.notice_kinds import GOES_OUT, NoticeKind

if TYPE_CHECKING:
    from mailgate.notify.compose import Composer

_HEADERS = ("From", "To", "Subject")


def preview(
    context: typer.Context,
    notice: Annotated[str | None, typer.Argument(metavar="NOTICE", help="Its kind; none: list them.")] = None,
    language: Annotated[Language | None, typer.Option("--lang", help="Default: the desk's; with --all, each.")] = None,
    text: Annotated[bool, typer.Option("--text", help="The plain text. This is the default.")] = False,
    html: Annotated[bool, typer.Option("--html", help="The HTML.")] = False,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="Write it there; .html, .txt or .eml, the whole mail, says what."),
    ] = None,
    shown: Annotated[bool, typer.Option("--open", help="Show the HTML in a browser.")] = False,
    everything: Annotated[bool, typer.Option("--all", help="Write every kind, with --out a folder.")] = False,
    names: Annotated[bool, typer.Option("--names", help="List what its templates may use, with the sample's.")] = False,
) -> None:
    """Show a mail as Mailgate would word it, with sample contents and your own templates. Nothing is sent."""
    if text and html:
        raise Failure("either --text or --html", code=MISUSED)
    if everything:
        _write_all(context, out, language)
    elif notice is None:
        rows = [(kind.value, occasion.to.value, occasion.when) for kind, occasion in GOES_OUT.items()]
        print_table(("NOTICE", "TO", "WHEN"), rows, empty="")
    elif names:
        print_table(("NAME", "HERE"), _names(context, _kind_named(notice), language), empty="")
    else:
        mail = _composed(context, _kind_named(notice), language)
        _give(mail, form=_form(out, text=text, html=html), out=out, shown=shown)


def _kind_named(name: str) -> NoticeKind:
    from difflib import get_close_matches

    try:
        return NoticeKind(name.lower().replace("-", "_"))
    except ValueError:
        near = get_close_matches(name.lower(), [kind.value for kind in NoticeKind], n=1)
        hint = f"; did you mean {near[0]}?" if near else "; mailgate preview lists them"
        raise Failure(f"no notice is called {name}{hint}", code=MISUSED) from None


def _form(out: Path | None, *, text: bool, html: bool) -> str:
    """What was asked for; else what the file is called; else text."""
    if text or html:
        return "html" if html else "txt"
    suffix = out.suffix.lower() if out is not None else ""
    return {".html": "html", ".htm": "html", ".eml": "eml"}.get(suffix, "txt")


def _composed(context: typer.Context, kind: NoticeKind, language: Language | None) -> bytes:
    config = load(context)
    with plainly():
        from mailgate.notify.compose import composer_of

        return _sample(composer_of(config), kind, language or Language(config.desk.language))


def _names(context: typer.Context, kind: NoticeKind, language: Language | None) -> list[tuple[str, str]]:
    config = load(context)
    with plainly():
        from mailgate.cli.preview_names import rows
        from mailgate.notify.compose import composer_of
        from mailgate.notify.samples import SAMPLE_TIME, sample_notice

        notice = sample_notice(kind, language or Language(config.desk.language))
        known = composer_of(config).names(notice, now=SAMPLE_TIME)
    return [row for name, value in sorted(known.items()) if name != "words" for row in rows(name, value)]


def _sample(composer: "Composer", kind: NoticeKind, language: Language) -> bytes:
    from mailgate.notify.samples import SAMPLE_TIME, sample_notice

    return composer.compose(sample_notice(kind, language), now=SAMPLE_TIME, unique="preview").content


def _give(mail: bytes, *, form: str, out: Path | None, shown: bool) -> None:
    if out is not None:
        write_file(out, part_of(mail, form))
        say(f"{out} written")
    if shown:
        _show(part_of(mail, "html"))
    elif out is None:
        print_raw(part_of(mail, form))


def part_of(mail: bytes, form: str) -> bytes:
    """One form of a mail. The text has those headers above it that a reader sees first."""
    if form == "eml":
        return mail
    message = message_from_bytes(mail, policy=default)
    if form == "html":
        return _body(message, "html")
    head = "".join(f"{name}: {message[name]}\n" for name in _HEADERS)
    return head.encode() + b"\n" + _body(message, "plain")


def _body(message: EmailMessage, subtype: str) -> bytes:
    part = message.get_body((subtype,))
    words: str = part.get_content() if part is not None else ""
    return words.replace("\r\n", "\n").encode()


def _show(page: bytes) -> None:
    import tempfile
    import webbrowser

    with tempfile.NamedTemporaryFile(prefix="mailgate-", suffix=".html", delete=False) as file:
        file.write(page)
    if not webbrowser.open(Path(file.name).as_uri()):
        raise Failure(f"no browser was found; it lies in {file.name}", code=NOT_DONE)
    say(f"shown from {file.name}")


def _write_all(context: typer.Context, folder: Path | None, language: Language | None) -> None:
    if folder is None:
        raise Failure("--all needs a folder: --out DIR", code=MISUSED)
    config = load(context)
    languages = [language] if language is not None else list(Language)
    with plainly():
        from mailgate.notify.compose import composer_of

        composer = composer_of(config)
        mails = {(each, kind): _sample(composer, kind, each) for each in languages for kind in NoticeKind}
    for (each, kind), mail in mails.items():
        for form in ("txt", "html", "eml"):
            write_file(folder / each / f"{kind}.{form}", part_of(mail, form))
    say(f"{len(mails)} mails in {folder}, each as .txt, .html and .eml")


def write_file(place: Path, content: bytes) -> None:
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    except OSError as error:
        raise Failure(f"{place}: {error.strerror}", code=NOT_DONE) from error
