"""What is stated beats the address, which beats keywords; each answer shows what spoke for it."""

from dataclasses import replace

import pytest

from mailgate.classify.evidence import classify
from mailgate.domain.classification import Classification
from mailgate.domain.mail import ParsedMail
from mailgate.domain.ticket import ServiceLevel, TicketType
from mailgate.domain.verdict import Keyword, Policy
from tests.support.mails import (
    ORDERS,
    a_customer,
    a_mail,
    a_policy,
    a_release,
    annas_facts,
    facts,
)

ERROR, WISH, ORDER, QUESTION = TicketType.PROGRAM_ERROR, TicketType.WISH, TicketType.ORDER, TicketType.QUESTION


def _found(text: str, subject: str = "") -> Classification:
    return classify(a_mail(text, subject=subject), annas_facts(), a_policy())


@pytest.mark.parametrize(
    ("line", "type_"),
    [
        ("Ärendekategori: Önskemål", WISH),
        ("ärendekategori : önskemål", WISH),
        ("ÄRENDEKATEGORI=ÖNSKEMÅL", WISH),
        ("Arendekategori: Onskemal", WISH),
        ("A\u0308rendekategori: O\u0308nskemål", WISH),
        ("Ärendekategori\tÖnskemål", WISH),
        ("Ärendekategori    Önskemål", WISH),
        ("*Ärendekategori:* Önskemål", WISH),
        ("**Ärendekategori**: Önskemål.", WISH),
        ("- Ärendekategori: Önskemål", WISH),
        ("• Ärendekategori:\u00a0Önskemål", WISH),
        ("Ärendekategori:\n\nÖnskemål", WISH),
        ("Ärendekategori:  \r\nBeställning\r\n", ORDER),
        ("Ärendetyp: Supportfråga", QUESTION),
        ("Typ: Programfel (nivå 2)", ERROR),
        ("Kategori: programfel, ganska allvarligt", ERROR),
        ("Typ av ärende: Beställning", ORDER),
        ("Type: feature request", WISH),
        ("Category: Program error", ERROR),
        ("Ticket type: Question", QUESTION),
        ("Tyyppi: Ohjelmavirhe", ERROR),
        ("Luokka: Toive", WISH),
        ("Tyyppi: tilaus", ORDER),
        ("Luokka: kysymys", QUESTION),
    ],
)
def test_a_stated_type_beats_all_keywords(line: str, type_: TicketType) -> None:
    found = _found(
        f"Hej!\n{line}\nDet kraschar med felmeddelande, vi vill beställa, önskemål, hur gör man?", "Programfel"
    )
    assert found.type is type_
    assert found.evidence[0][1].startswith("stated: ")


@pytest.mark.parametrize(
    "line",
    [
        "Ärendekategori: Supportfråga / Programfel / Önskemål / Beställning",
        "Ärendekategori: vet ej",
        "Ärendekategori:",
        "Vi valde ärendekategori: Önskemål",
        "Ordertyp: Beställning",
        "Typ: gul, men fel nyans",
        "Kategori: " + "x" * 300,
        "Ärendekategori Önskemål",
        "Jag har önskat detta länge",
    ],
)
def test_what_is_no_clear_statement_states_nothing(line: str) -> None:
    assert not any(seen.startswith("stated") for _, seen in _found(f"{line}\n").evidence)


def test_the_first_clear_statement_counts() -> None:
    text = "Kategori: allt möjligt\nKategori: Programfel\nKategori: Önskemål\nNivå: hög\nNivå: 3\nNivå: 1"
    found = _found(text)
    assert (found.type, found.level) == (ERROR, ServiceLevel.PARTLY_HAMPERED)


def test_what_is_quoted_states_nothing() -> None:
    quoting = "Tack!\n\n> Ärendekategori: Programfel\n> Servicenivå: 1"
    mail = a_mail("Tack!", whole_text=quoting, subject="Sv: Ärendet är mottaget")
    assert classify(mail, annas_facts(), a_policy()).type is QUESTION


def test_what_was_passed_on_counts_where_the_mail_itself_says_nothing() -> None:
    mail = a_mail("Se nedan.", whole_text="Se nedan.\n\n> Lönekörningen kraschar.\n> Servicenivå: 1")
    found = classify(mail, annas_facts(), a_policy())
    assert (found.type, found.level, found.module) == (ERROR, ServiceLevel.STANDARD, "Lön")


@pytest.mark.parametrize(
    ("line", "level"),
    [
        ("Servicenivå: 2", 2),
        ("servicenivå 2", 2),
        ("Servicenivå 1", 1),
        ("Serviceniva=3", 3),
        ("Nivå: 4", 4),
        ("Nivå: nivå 4", 4),
        ("Prioritet: 1 (brådskande)", 1),
        ("Prio: 2 - vi står nästan still", 2),
        ("SLA-nivå: 3", 3),
        ("Service level: 2", 2),
        ("Level: 1 urgent", 1),
        ("Priority: 5", 5),
        ("Palvelutaso: 2", 2),
        ("Palvelutaso 3", 3),
        ("Taso: taso 2", 2),
        ("Servicenivå: 6", 5),
        ("Servicenivå: 12", 5),
        ("Servicenivå: 1/2/3/4/5", 5),
        ("Servicenivå: 1-5", 5),
        ("Prioritet: hög", 5),
    ],
)
def test_a_stated_level_is_the_level_of_a_program_error(line: str, level: int) -> None:
    assert _found(f"Typ: Programfel\n{line}").level == level


def test_who_states_a_level_speaks_of_a_program_error() -> None:
    found = _found("Siffrorna i rapporten.\nServicenivå: 3")
    assert (found.type, found.level) == (ERROR, ServiceLevel.PARTLY_HAMPERED)
    assert found.evidence[0] == ("type", "stated: Servicenivå: 3")
    assert found.evidence[-1] == ("level", "stated: Servicenivå: 3")


def test_a_clear_wish_stays_one_with_a_level_and_has_none() -> None:
    found = _found("Servicenivå: 3", "Önskemål om export")
    assert (found.type, found.level) == (WISH, None)


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("Programfel: systemet ligger nere", 1),
        ("Programfel: det är akut", 2),
        ("Programfel för flera användare", 3),
        ("Programfel som går att kringgå", 4),
        ("Programfel, bara ett stavfel", 5),
        ("Programfel", 5),
        ("Programfel, inte akut", 4),
    ],
)
def test_keywords_set_the_level(text: str, level: int) -> None:
    assert _found(text).level == level


@pytest.mark.parametrize(
    ("line", "module"),
    [
        ("Modul: Lön", "Lön"),
        ("modul = lon", "Lön"),
        ("Modulen: löner", "Lön"),
        ("Module: Payroll", "Lön"),
        ("Moduuli: palkanlaskenta", "Lön"),
        ("Modul: tid", "Tid"),
        ("Modul: CRM", "CRM"),
        ("Modul: Kassa", "Kassa"),
        ("Modul: Rymdfart", None),
        ("Modul:", None),
    ],
)
def test_a_stated_module_is_one_that_we_or_the_customer_know(line: str, module: str | None) -> None:
    known = annas_facts(customer=a_customer(modules=frozenset({"Kassa", "Lön"})))
    assert classify(a_mail(f"{line}\n\nHej"), known, a_policy()).module == module


def test_a_released_mail_may_state_its_customers_modules() -> None:
    released = facts(release=a_release(customer=a_customer(modules=frozenset({"Butik"}))))
    assert classify(a_mail("Modul: Butik"), released, a_policy()).module == "Butik"
    assert classify(a_mail("Modul: Butik"), facts(), a_policy()).module is None


def test_a_stated_module_beats_keywords() -> None:
    assert _found("Modul: Tid\nLönekörning, lönebesked, lönearter", "Lön").module == "Tid"


def test_a_title_under_the_mail_names_no_module() -> None:
    assert _found("Kan ni ringa?\n\nAnna Berg\nLöneassistent\nProjektledare och Lagerchef").module is None


@pytest.mark.parametrize("rcpt_to", [(ORDERS,), ("Konsult@Example.com",), ("konsult+mars@example.com",)])
def test_mail_to_the_consultants_is_an_order(rcpt_to: tuple[str, ...]) -> None:
    found = classify(a_mail("Programfel!"), annas_facts(rcpt_to=rcpt_to), a_policy())
    assert (found.type, found.level) == (ORDER, None)
    assert found.evidence[0] == ("type", "address: konsult@example.com")


def test_mail_to_the_consultants_is_what_it_states_all_the_same() -> None:
    assert classify(a_mail("Typ: Fråga"), annas_facts(rcpt_to=(ORDERS,)), a_policy()).type is QUESTION


def _a_policy(**types: dict[str, int]) -> Policy:
    keywords = {
        TicketType(name): tuple(Keyword(pattern=pattern, weight=weight) for pattern, weight in words.items())
        for name, words in types.items()
    }
    return replace(a_policy(), type_keywords=keywords, type_signs={})


def _typed(mail: ParsedMail, policy: Policy) -> tuple[TicketType, list[str]]:
    found = classify(mail, facts(), policy)
    return found.type, [seen for what, seen in found.evidence if what == "type"]


def test_too_little_evidence_is_none() -> None:
    assert _typed(a_mail("alfa"), _a_policy(wish={"alfa": 2})) == (QUESTION, [])


def test_between_equals_the_one_with_the_nearest_deadline_wins() -> None:
    policy = _a_policy(question={"alfa": 3}, wish={"alfa": 3}, order={"alfa": 3}, program_error={"beta": 3})
    assert _typed(a_mail("alfa beta"), policy)[0] is ERROR
    assert _typed(a_mail("alfa"), policy)[0] is ORDER


def test_the_evidence_shows_the_weightiest_keywords_first() -> None:
    policy = _a_policy(wish={"alfa": 1, "beta": 3, "gamma*": -2, "delta": 0, "epsilon": 1, "zeta": 1})
    assert _typed(a_mail("alfa gammastrålar delta epsilon zeta", subject="Beta"), policy) == (
        WISH,
        ["keyword in subject: beta (6)", "keyword: gamma* (-2)", "keyword: alfa (1)", "keyword: epsilon (1)",
         "keyword: zeta (1)"],
    )  # fmt: skip


def test_without_any_keywords_everything_is_a_question() -> None:
    bare = replace(a_policy(), type_keywords={}, level_keywords={}, module_keywords={})
    assert classify(a_mail("Programfel"), facts(), bare) == Classification(type=QUESTION, level=None, module=None)


@pytest.mark.parametrize(
    "text",
    ["fel " * 20_000, "inte " * 20_000, "a" * 100_000, "Modul: " * 10_000, "Typ:\n" * 20_000,
     "Typ" + " " * 90_000 + ":x",
     "går inte att " * 8_000, "\n" * 90_000, ("a " * 95 + "\n") * 400, "'" * 90_000, "a'" * 50_000],
    ids=lambda text: text[:8],
)  # fmt: skip
def test_a_hostile_text_is_read_to_its_end(text: str) -> None:
    assert _found(text, text).module is None


@pytest.mark.parametrize(
    "text", ["Jag vill beställa.", "Beställning.", "Kursen var bra", "Vi har beställt licenser, eller?"]
)
def test_one_sign_makes_no_order(text: str) -> None:
    assert _found(text, "Beställning").type is not ORDER


def test_what_is_too_thin_says_what_it_lacks() -> None:
    policy = replace(
        _a_policy(order={"alfa": 9}, wish={"beta": 4}),
        type_signs={
            ORDER: {"act": (Keyword(pattern="alfa", weight=1),), "thing": (Keyword(pattern="gamma", weight=1),)}
        },
    )
    thin = "too thin: order needs act and thing, no thing"
    assert _typed(
        a_mail("alfa gamma"), replace(policy, type_keywords={ORDER: (Keyword(pattern="alfa", weight=5),)})
    ) == (
        QUESTION,
        ["too thin: order needs 6 points, has 5"],
    )
    assert _typed(a_mail("alfa beta"), policy) == (WISH, ["keyword: beta (4)", thin])
    assert _typed(a_mail("alfa"), policy) == (QUESTION, [thin])
    assert _typed(a_mail("alfa inget gamma"), policy) == (QUESTION, [thin])
    assert _typed(a_mail("alfa gamma beta"), policy)[0] is ORDER


def test_quoted_lines_speak_for_nothing_even_where_the_history_is_not_cut() -> None:
    assert _found("Tack, men varför?\n\n> Det är ett programfel.\n> Servicenivå: 1", "Sv: Utskrift").type is QUESTION
