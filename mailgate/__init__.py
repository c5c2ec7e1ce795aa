"""Mailgate: mail to support@ becomes a numbered ticket, and nothing is lost on the way.

The map. A mail passes five stages, and each is decided in one place:

1. accept   ``ingest.smtp_listener``, ``ingest.imap_fetcher``   bytes are durable before the peer is told so
2. parse    ``ingest.parse`` (in a child process)               bytes become a ``ParsedMail``, or are quarantined
3. decide   ``classify.decide``                                 facts become a ``Verdict``: the rules, in their order
4. settle   ``desk.settle``                                     ticket, message and answers, in one transaction
5. tell     ``notify.compose``, ``notify.dispatcher``           what is to be told is worded, stored, and sent

``pipeline`` walks one mail through 2 to 4: read it first. ``domain`` holds the words and the arithmetic.
"""

__version__ = "0.1.0"
