"""Reads commands out of what somebody newly wrote: pure, total, and never in doubt in favour of sending something.

``specialist`` reads lines that begin with ``#``, ``superuser`` whole lines in plain words; ``nearest`` tells what may
have been meant. Text comes in without quotes and signature (``ingest.reply``); what is done is for ``desk.commands``.
"""

from mailgate.classify.commands.specialist import specialist_instructions
from mailgate.classify.commands.superuser import superuser_instructions

__all__ = ["specialist_instructions", "superuser_instructions"]
