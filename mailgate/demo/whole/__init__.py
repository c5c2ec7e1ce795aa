"""``mailgate demo --story``: one ticket of each type from its first mail to its closing, all of it by mail.

Read ``stories`` first: each function is one ticket. A real daemon takes the mails by SMTP; after each of them it is
checked which mails went out because of it, to whom, and where the ticket stands.
"""

from mailgate.demo.whole.performance import run_story

__all__ = ["run_story"]
