"""The third way in which a check can end: neither found nor absent, but not to be known now."""


class UndecidedError(Exception):
    """DNS gives no answer: the mail is to come again (RFC 7489 §6.6.2)."""
