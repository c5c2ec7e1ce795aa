"""Rows are written and read in one statement; large mails are kept whole, and leave no copy in the daemon's memory."""

import subprocess
import sys
from pathlib import Path

from sqlmodel import select

from mailgate.domain.customer import Language
from mailgate.store.database import Database
from mailgate.store.rows import change_and_read, insert_all_ignoring, insert_and_read
from mailgate.store.tables import CounterRow, SpecialistRow
from mailgate.store.unit_of_work import UnitOfWork
from tests.support.envelopes import an_envelope

PUT_A_LARGE_MAIL = """
import sys
from pathlib import Path
from mailgate.heap import give_back_large_blocks
from mailgate.store.database import Database, sqlite_url
from mailgate.store.schema import migrate
from tests.support.envelopes import an_envelope

def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 // 2**20

def put(content):
    envelope = an_envelope(content)
    database.commit_together(lambda uow: uow.spool.put(envelope))

give_back_large_blocks()
database = Database(sqlite_url(Path(sys.argv[1])))
migrate(database)
put(b"Subject: small\\r\\n\\r\\n")
before = resident()
put(b"Subject: large\\r\\n\\r\\n" + b"x" * 60_000_000)
print(resident() - before)
"""


def test_a_large_mail_is_kept_whole(database: Database) -> None:
    content = b"Subject: large\r\n\r\n" + b"x" * 2_000_000
    mail_id = database.commit_together(lambda uow: uow.spool.put(an_envelope(content))).mail_id
    with database.reading() as uow:
        assert uow.mails.content(mail_id) == content


def test_a_large_mail_stays_in_the_database_and_not_in_memory(tmp_path: Path) -> None:
    command = [sys.executable, "-c", PUT_A_LARGE_MAIL, str(tmp_path)]
    root = Path(__file__).resolve().parents[2]
    grown = subprocess.run(command, capture_output=True, text=True, check=True, cwd=root).stdout
    assert int(grown) < 30


def test_a_row_that_is_written_is_read_by_the_same_statement(database: Database) -> None:
    with database.transaction() as uow:
        session = uow.spool._session
        new = insert_and_read(
            session, SpecialistRow, {"address": "a@b.example", "name": "A", "team": "T", "language": "sv"}
        )
        assert (new.name, new.active) == ("A", True)
        changed = change_and_read(session, SpecialistRow, new.id, {"name": "B", "active": False})
        assert (changed.id, changed.name, changed.active) == (new.id, "B", False)
        assert change_and_read(session, SpecialistRow, new.id, {}) == changed
        assert change_and_read(session, SpecialistRow, new.id + 1, {"name": "C"}) is None


def test_of_several_rows_those_that_are_there_already_are_left_alone(database: Database) -> None:
    with database.transaction() as uow:
        session = uow.spool._session
        rows = [{"name": name, "value": value} for name, value in (("a", 1), ("b", 2), ("a", 3))]
        insert_all_ignoring(session, CounterRow, rows[:1], unique=["name"])
        insert_all_ignoring(session, CounterRow, rows[1:], unique=["name"])
        insert_all_ignoring(session, CounterRow, [], unique=["name"])
        kept = {name: value for name, value in session.exec(select(CounterRow.name, CounterRow.value)).all()}
    assert kept == {"a": 1, "b": 2}


def test_a_transaction_knows_a_person_anew_once_the_register_was_changed(database: Database) -> None:
    def save(uow: UnitOfWork, name: str) -> None:
        person = {"address": "eva@desk.example", "team": "1", "language": Language.SWEDISH, "head": False}
        uow.customers.save_specialist(name=name, **person)

    with database.transaction() as uow:
        assert uow.customers.specialist("eva@desk.example") is None
        save(uow, "Eva")
        assert uow.customers.specialists("1") == [uow.customers.specialist("eva@desk.example")]
        save(uow, "Eva Ek")
        found = uow.customers.specialist("eva@desk.example")
        assert found is not None
        assert found.name == "Eva Ek"
        assert uow.customers.specialists("1") == [found]
