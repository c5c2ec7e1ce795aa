"""Bugs of whoever takes mail in. See ``planted``."""

import threading
import time
from typing import Any

from judge.bugs import bug, put
from mailgate.domain.mail import Accepted, MailId
from mailgate.ingest import imap_fetcher, imap_session, mail_transactions, replies, smtp_door
from mailgate.store import ports, spool
from mailgate.store.tables import ImapCursorRow


@bug
def says_250_before_the_commit() -> None:
    def early(self: Any, mail: Any) -> str:
        threading.Timer(0.02, self._spool.put, [mail]).start()
        return "250 2.0.0 Ok: kept as 0"

    put(mail_transactions.MailTransactions, "_keep", early)


@bug
def flags_before_the_commit() -> None:
    real = imap_fetcher.ImapFetcher._content

    def content(self: Any, session: Any, position: Any, mail: Any) -> Any:
        answer = real(self, session, position, mail)
        session.mark([mail.uid])
        return answer

    put(imap_fetcher.ImapFetcher, "_content", content)


@bug
def moves_the_cursor_before_the_commit() -> None:
    real = imap_fetcher.ImapFetcher._content

    def content(self: Any, session: Any, position: Any, mail: Any) -> Any:
        answer = real(self, session, position, mail)
        self._spool._database.commit_together(lambda uow: uow.spool.advance(position))
        return answer

    put(imap_fetcher.ImapFetcher, "_content", content)


@bug
def refuses_for_good_when_it_is_in_trouble() -> None:
    put(replies, "LOCAL_TROUBLE", "554 5.3.0 Local trouble")


@bug
def swallows_what_goes_wrong_in_a_commit() -> None:
    real, all_of_them = ports.SharedSpool.put, ports.SharedSpool.put_all
    kept = Accepted(mail_id=MailId(0), duplicate=False)

    def brave(self: Any, *arguments: Any) -> Accepted:
        try:
            return real(self, *arguments)
        except Exception:  # noqa: BLE001 - that is the bug
            return kept

    put(ports.SharedSpool, "put", brave)
    put(
        ports.SharedSpool,
        "put_all",
        lambda self, mails: [kept if isinstance(each, Exception) else each for each in all_of_them(self, mails)],
    )


@bug
def takes_a_part_for_the_whole() -> None:
    """What came of a mail when the connection broke is kept as if it were all."""
    real = imap_session.ImapSession._piece
    put(imap_session, "_SLICE", 64)

    def what_there_is(self: Any, uid: int, item: str, *, length: int) -> bytes | None:
        try:
            return real(self, uid, item, length=length)
        except Exception:  # noqa: BLE001 - that is the bug
            return b""

    put(imap_session.ImapSession, "_piece", what_there_is)


@bug
def takes_a_new_folder_for_the_old_one() -> None:
    def last_uid(self: Any, mailbox: str, folder: str, uidvalidity: int) -> int:
        row = self._session.get(ImapCursorRow, (mailbox, folder))
        return row.last_uid if row is not None else 0

    put(spool.SpoolTable, "last_uid", last_uid)


@bug
def takes_its_time_to_stop() -> None:
    real = smtp_door.SmtpDoor.drain

    def slowly(self: Any, seconds: float) -> None:
        time.sleep(12)
        real(self, seconds)

    put(smtp_door.SmtpDoor, "drain", slowly)
