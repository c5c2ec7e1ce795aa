"""What the SMTP door says when it says no (RFC 5321 §4.2, RFC 3463): for now, wherever it is not the client's fault."""

LOCAL_TROUBLE = "451 4.3.0 Local trouble, please try again later"
SHUTTING_DOWN = "421 4.3.2 Shutting down, please come back later"

TOO_MANY_CONNECTIONS = "421 4.3.2 Too many connections, please come back later"
TOO_MANY_OF_YOURS = "421 4.7.0 Too many connections from you at the same time, please come back later"
TOO_OFTEN = "421 4.7.0 Too many connections from you in a short time, please come back later"
TOO_MUCH_MAIL = "451 4.7.1 Too many mails from you in a short time, please try again later"
TOO_MUCH_FROM_SENDER = "451 4.7.1 Too many mails of this sender in a short time, please try again later"
ENOUGH_MAILS = "421 4.7.0 Enough mails for one connection, please connect anew"
TOO_MANY_COMMANDS = "421 4.7.0 Too many commands without a mail, closing"
TOO_MANY_FAULTS = "421 4.7.0 Too many faults, closing"
UNDECIDED = "451 4.7.24 The sender cannot be verified now, please try again later"
DISK_FULL = "452 4.3.1 No room to store mail now, please try again later"
OVERLOADED = "452 4.3.1 Too much mail at once, please try again later"
OVERLOADED_CLOSING = "421 4.3.1 Too much mail at once, please try again later"
WAITED_TOO_LONG = "421 4.4.2 Waited too long, closing"
TOO_SLOW = "421 4.4.2 Too slow, closing"
TOO_LARGE = "552 5.3.4 Error: Too much mail data"
SESSION_OVER = "421 4.4.2 This connection has lasted long enough, please connect anew"

TOLD_ONCE = frozenset(
    (
        TOO_MANY_CONNECTIONS, TOO_MANY_OF_YOURS, TOO_OFTEN, TOO_MUCH_MAIL, TOO_MUCH_FROM_SENDER, DISK_FULL,
        OVERLOADED, OVERLOADED_CLOSING, LOCAL_TROUBLE, ENOUGH_MAILS,
    )
)  # fmt: skip
"""The log tells of these when they begin, or with their cause, and not each time they are said."""

BARE_LINE_ENDS = "554 5.6.11 Lines of a mail end with CR LF; this one has CR or LF alone (RFC 5321, section 2.3.8)"
NOT_REGISTERED = "550 5.7.1 Only registered contacts may write here; please ask the contact person of your company"

NO_COMMAND = "500 5.5.2 Commands are short lines that end with CR LF (RFC 5321, section 2.3.8), closing"
# Where aiosmtpd's words lack the enhanced code.
OUR_WORDS = {
    "530 Must issue a STARTTLS command first": "530 5.7.0 Must issue a STARTTLS command first",
    "552 Error: message size exceeds fixed maximum message size": TOO_LARGE,
    "502 EXPN not implemented": "502 5.5.1 EXPN is not offered here",
}
