"""A reply token proves one thing about one mail, and nothing once anything about it is another."""

from collections.abc import Iterable
from datetime import date, timedelta

import pytest

from mailgate.domain.reply_token import Keyring, ReplyKey, Seal, TokenState, about_act, seal_in, seal_of, sign, state_of

OLD = ReplyKey(secret=b"o" * 32, since=date(2026, 1, 1))
NEW = ReplyKey(secret=b"n" * 32, since=date(2026, 10, 1))
BOTH = Keyring(keys=(OLD, NEW))
EVA = "eva@kund.example"
HOUSE = "mailgate.desk.example"
DAY = date(2026, 11, 23)
NUMBER = "MG-100001-0"


def a_token(
    *,
    keyring: Keyring = BOTH,
    about: str = NUMBER,
    recipient: str = EVA,
    instance: str = HOUSE,
    on: date = DAY,
    nonce: str = "n1",
) -> str:
    return sign(keyring, about=about, recipient=recipient, instance=instance, on=on, nonce=nonce)


def a_seal(token: str, *, about: str = NUMBER) -> Seal:
    seal = seal_of(f"<{about}.{token}@{HOUSE}>", HOUSE)
    assert seal is not None
    return seal


def judged(
    seal: Seal,
    *,
    keyring: Keyring = BOTH,
    recipients: Iterable[str] = (EVA,),
    instance: str = HOUSE,
    today: date = DAY,
) -> TokenState:
    return state_of(seal, keyring, recipients=recipients, instance=instance, today=today)


def test_a_token_is_valid_for_its_recipient_ticket_house_and_time() -> None:
    assert judged(a_seal(a_token())) is TokenState.VALID
    assert judged(a_seal(a_token()), recipients=("bo@kund.example", EVA)) is TokenState.VALID


def test_it_is_bound_to_its_recipient() -> None:
    assert judged(a_seal(a_token()), recipients=("bo@kund.example",)) is TokenState.BAD_SIGNATURE
    assert judged(a_seal(a_token()), recipients=()) is TokenState.BAD_SIGNATURE


def test_it_is_bound_to_what_the_mail_is_about() -> None:
    assert judged(a_seal(a_token(), about="MG-100002-7")) is TokenState.BAD_SIGNATURE
    assert judged(a_seal(a_token(), about=about_act(NUMBER, 1))) is TokenState.BAD_SIGNATURE
    assert judged(a_seal(a_token(about=about_act(NUMBER, 1)), about=about_act(NUMBER, 2))) is TokenState.BAD_SIGNATURE


def test_it_is_bound_to_its_house() -> None:
    assert seal_of(f"<{NUMBER}.{a_token()}@other.example>", HOUSE) is None
    assert judged(a_seal(a_token(instance="other.example"))) is TokenState.BAD_SIGNATURE


def test_no_single_letter_of_it_may_change() -> None:
    token = a_token()
    for place, letter in enumerate(token):
        other = "a" if letter != "a" else "b"
        seal = a_seal(token[:place] + other + token[place + 1 :])
        assert judged(seal) in {TokenState.BAD_SIGNATURE, TokenState.UNKNOWN_KEY}, place


@pytest.mark.parametrize(
    ("age", "state"),
    [(0, TokenState.VALID), (90, TokenState.VALID), (91, TokenState.EXPIRED), (900, TokenState.EXPIRED)],
)
def test_it_expires(age: int, state: TokenState) -> None:
    assert judged(a_seal(a_token()), today=DAY + timedelta(days=age)) is state


def test_what_a_replaced_key_signed_stays_valid_until_it_expires() -> None:
    token = a_token(keyring=Keyring(keys=(OLD,)), on=date(2026, 9, 30))
    assert judged(a_seal(token)) is TokenState.VALID
    assert judged(a_seal(token), today=date(2026, 12, 30)) is TokenState.EXPIRED


def test_a_replaced_key_signs_nothing_new_for_whoever_stole_it() -> None:
    token = a_token(keyring=Keyring(keys=(OLD,)), on=date(2026, 10, 2))
    assert judged(a_seal(token)) is TokenState.BAD_SIGNATURE


def test_the_newest_key_signs() -> None:
    assert a_seal(a_token()).key_id == NEW.key_id


def test_a_key_that_is_forgotten_is_unknown() -> None:
    token = a_token(keyring=Keyring(keys=(OLD,)))
    assert judged(a_seal(token), keyring=Keyring(keys=(NEW,))) is TokenState.UNKNOWN_KEY


def test_case_does_not_matter_for_servers_change_it() -> None:
    shouted = seal_of(f"<{NUMBER}.{a_token()}@{HOUSE}>".upper(), HOUSE)
    assert shouted is not None
    assert judged(shouted) is TokenState.VALID
    whispered = seal_in(f"{NUMBER}.{a_token()}".lower())
    assert whispered is not None
    assert judged(whispered) is TokenState.VALID
    assert whispered.message_id(HOUSE) == f"<{NUMBER}.{a_token()}@{HOUSE}>"


def test_its_seal_tells_ticket_act_and_day() -> None:
    seal = a_seal(a_token(about=about_act(NUMBER, 17)), about=about_act(NUMBER, 17))
    assert (seal.number, seal.act, seal.issued_on) == (NUMBER, 17, DAY)
    about_none = a_seal(a_token(about="overview"), about="overview")
    assert (about_none.number, about_none.act) == ("", None)


def test_two_mails_of_one_day_have_two_tokens() -> None:
    assert a_token(nonce="a") != a_token(nonce="b")
    assert a_token(nonce="a") == a_token(nonce="a")


@pytest.mark.parametrize(
    "text",
    [
        "", NUMBER, f"{NUMBER}.team", f"{NUMBER}.x1", f"{NUMBER}.{'a' * 31}", f"{NUMBER}.{'a' * 33}",
        f"{NUMBER}.{'1' * 32}",
        f".{'a' * 32}", f"{NUMBER}.act-.{'a' * 32}", f"{NUMBER}.act-1.act-2.{'a' * 32}",
        f"a\n.{'a' * 32}", f"{'å'}.{'a' * 32}",
        f"{NUMBER}.{'a' * 32}\n", f"{NUMBER}.act-{'9' * 19}.{'a' * 32}",
    ],
)  # fmt: skip
def test_what_has_not_the_form_of_a_token_is_none(text: str) -> None:
    assert seal_in(text) is None
    assert seal_of(f"<{text}@{HOUSE}>", HOUSE) is None


def test_no_key_stands_in_a_repr() -> None:
    assert repr(OLD.secret)[2:-1] not in repr(OLD) + repr(BOTH)


def test_its_signature_is_long_enough_and_it_fits_into_an_address() -> None:
    seal = a_seal(a_token())
    assert (len(seal.body) - 8) * 8 >= 80
    assert len(f"support+{about_act(NUMBER, 1)}.{a_token()}") <= 64
