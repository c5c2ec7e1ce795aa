"""Large mails are kept whole, and no copy of them stays behind in the daemon's memory."""

import subprocess
import sys
from pathlib import Path

from mailgate.store.database import Database
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
