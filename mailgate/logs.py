"""structlog set-up: console at a terminal, JSON otherwise, and one ``mail`` id through all lines of a mail.

House rule: an event name and fields; ids, counts and rules, never a mail's text nor an address at info or above.
"""

import logging
import re
import sys
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict, WrappedLogger

# Libraries say in their logs what they work on: mail text, addresses, answers of servers. Only their warnings are
# heard, and of those that quote there, too, less.
_QUIETER = {
    "mail.log": logging.ERROR,
    "mailparser": logging.ERROR,
    "dkimpy": logging.CRITICAL + 1,
}
_OURS = "mailgate"
# What str.isprintable says no to acts on a terminal, or hides; of these only line ends and tabs are to be read.
_ACTING = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
)
_ADDRESS = re.compile(r"[\w.+=~-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){0,8}")


def configure_logs(*, level: str, form: str, stream: TextIO = sys.stderr) -> None:
    """Set up logging for the whole process. ``form``: console, json or auto."""
    as_json = form == "json" or (form == "auto" and not stream.isatty())
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    exceptions: Any = structlog.processors.format_exc_info
    if as_json:
        exceptions = structlog.processors.ExceptionRenderer(
            structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
        )
    renderer: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if as_json
        else structlog.dev.ConsoleRenderer(colors=stream.isatty())
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                exceptions,
                without_addresses,
                renderer,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    threshold = logging.getLevelNamesMapping()[level.upper()]
    root.setLevel(max(threshold, logging.WARNING))
    logging.getLogger(_OURS).setLevel(threshold)
    for name, quieter in _QUIETER.items():
        logging.getLogger(name).setLevel(quieter)


def without_addresses(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Star mail addresses wherever they got in, nested values and exception texts included; last before rendering.

    And write out what would act on the terminal of whoever reads: a console prints what it gets.
    """
    return {key: _starred(value) for key, value in event.items()}


def _starred(value: Any) -> Any:
    if isinstance(value, str):
        words = _ADDRESS.sub("***@***", value) if "@" in value else value
        return words if words.isprintable() else _ACTING.sub(_written_out, words)
    if isinstance(value, dict):
        return {key: _starred(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_starred(inner) for inner in value]
    return value


def _written_out(match: "re.Match[str]") -> str:
    return match[0].encode("unicode_escape").decode("ascii")
