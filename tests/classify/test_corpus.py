"""Real bounces and real replies of people, where the corpus is at hand: machines are known, people are left alone."""

from pathlib import Path

import pytest

from mailgate.classify.automatic import machine
from mailgate.ingest.parse import parse
from tests.support.mails import a_policy, facts

CORPUS = Path(__file__).resolve().parents[2].parent / "shared" / "corpus"
pytestmark = [pytest.mark.corpus, pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not here")]

# Abuse complaints and alerts in the form of a person's mail: nothing in their headers tells. Rate limits are for those.
LIKE_A_PERSON = {
    "bsd-arf-22.eml",
    "bsd-arf-23.eml",
    "bsd-lhost-fml-03.eml",
    "not-is-not-bounce-02.eml",
    "tt_1234210666.eml",
    "simple_22.eml",
    "hotmailbounce.eml",
}


def _people(folder: str) -> tuple[set[str], int]:
    files = sorted((CORPUS / folder).rglob("*.eml"))
    mails = {file.name: parse(file.read_bytes()) for file in files}
    people = {name for name, mail in mails.items() if machine(mail, facts(), a_policy()) is None}
    return people, len(mails)


@pytest.mark.parametrize("folder", ["sisimai", "bounce-email", "flufl-bounce", "php-bounce-handler"])
def test_a_real_bounce_is_never_taken_for_a_persons_mail(folder: str) -> None:
    people, read = _people(folder)
    assert read > 20
    assert people <= LIKE_A_PERSON


def test_real_replies_of_people_are_peoples() -> None:
    people, read = _people("talon")
    assert len(people) == read > 0
