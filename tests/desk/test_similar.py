"""The team's mail of a new ticket names the customer's others: those about the same first."""

from mailgate.domain.mail import ParsedMail
from tests.support.desk import from_eva
from tests.support.table import Table


def _mail(subject: str) -> ParsedMail:
    return from_eva(subject, f"Det gäller {subject}.", message_id=f"<{len(subject)}.{subject[:3]}@kund.example>")


def test_a_new_ticket_names_the_customers_others_the_likest_first(table: Table) -> None:
    numbers = {}
    for subject in ("Lönekörningen stannar", "Fakturan är fel", "Tidrapporten saknas", "Lagret"):
        mail = table.desk.take(_mail(subject))
        assert mail is not None
        assert mail.ticket is not None
        numbers[subject] = str(mail.ticket.number)
    table.desk.take(_mail("Lönekörningen är fel igen"))
    told = table.text(table.desk.told("team_new_ticket")[-1])
    assert told.index(numbers["Lönekörningen stannar"]) < told.index(numbers["Lagret"])
    assert numbers["Fakturan är fel"] not in told, "three are enough"
