"""Bytes in: the two doors (SMTP, IMAP) and the reading of what came through them."""
