"""What a person newly wrote: the text of a mail, and that text without history, quotes and sign-off.

Total: every text and every markup gives a ``Reading``, in time linear in its length.
"""

from mailgate.ingest.reply.reading import Reading, read_html, read_text

__all__ = ["Reading", "read_html", "read_text"]
