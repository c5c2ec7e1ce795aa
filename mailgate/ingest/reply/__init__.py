"""What a person newly wrote: the text of a mail, and that text without history, quotes and sign-off.

Total: every text and every markup gives a ``Reading``, in time linear in its length. It cuts too little rather than too
much, and the whole text stays beside what is cut. ``cut`` tells the journey; text comes in by ``line``, HTML by
``markup``.
"""

from mailgate.ingest.reply.cut import Around
from mailgate.ingest.reply.reading import Reading, own_words, read_html, read_text, signed_words

__all__ = ["Around", "Reading", "own_words", "read_html", "read_text", "signed_words"]
