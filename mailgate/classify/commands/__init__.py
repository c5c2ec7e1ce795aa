"""Reads commands out of what somebody newly wrote: pure, total, and never in doubt in favour of sending something.

``specialist`` reads lines that begin with ``#``; ``nearest`` tells what may have been meant. Text comes in without
quotes and signature (``ingest.reply``); what a command does is for ``desk.commands``.
"""

from mailgate.classify.commands.specialist import specialist_instructions

__all__ = ["specialist_instructions"]
