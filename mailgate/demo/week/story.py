"""Easter week of 2024, as it is played: a short Thursday, two holidays, and the clocks put forward between them.

Moments and texts are what people do; everything after ``sends``, ``brings`` and ``due`` is what the desk must do then.
"""

from datetime import date

from mailgate.demo.cast import AINO, ANNA, EMMA, ERIK, KARIN, MAJA, SVEN
from mailgate.demo.week import letters
from mailgate.demo.week.letters import LENA
from mailgate.demo.week.play import WeekPlay, digests
from mailgate.desk import tickets
from mailgate.domain.notice_kinds import NoticeKind as Kind
from mailgate.domain.ticket import ServiceLevel, Status, TicketType

BEGINS = date(2024, 3, 12)
TO_SVENS_TEAM = [(Kind.TEAM_NEW_TICKET, SVEN), (Kind.TEAM_NEW_TICKET, LENA)]
TO_MAJAS_TEAM = [(Kind.TEAM_NEW_TICKET, MAJA)]
_ERROR = TicketType.PROGRAM_ERROR


def _march(*days: int) -> list[date]:
    return [date(2024, 3, day) for day in days]


class EasterWeek:
    """The days in their order; each method is one, or some of the same kind. Numbers are those of the tickets."""

    def __init__(self, play: WeekPlay) -> None:
        self._play = play

    def two_weeks_before(self) -> None:
        """A question that the customer will not answer."""
        play = self._play
        play.day(BEGINS, "Two weeks before Easter.")
        play.until("08:00", brings=digests("07:00"))
        sends = [(Kind.RECEIPT, KARIN), *TO_SVENS_TEAM]
        self.schedule = play.opens("11:00", letters.SCHEDULE, type_=TicketType.QUESTION, sends=sends)
        play.until("14:00")
        play.does(
            SVEN, "asks which shifts they have", self.schedule, lambda act: tickets.ask(act, "Vilka skift har ni?"),
            sends=[(Kind.ASKED, KARIN)],
        )  # fmt: skip
        play.goes_by(*_march(12))
        play.goes_by(*_march(13, 14, 15), brings=digests("07:00"))
        play.goes_by(*_march(16, 17))
        play.goes_by(*_march(18), brings=[*digests("07:00"), ("08:00", Kind.OVERVIEW, KARIN)])
        play.day(date(2024, 3, 19), "Karin has not answered: five working days.")
        play.until("20:00", brings=[*digests("07:00"), ("14:00", Kind.REMINDER, KARIN)])
        play.goes_by(*_march(20, 21, 22), brings=digests("07:00"))
        play.goes_by(*_march(23, 24))

    def monday(self) -> None:
        """A standstill with a way round, and a question answered by a plain reply."""
        play = self._play
        play.day(
            date(2024, 3, 25), "The week begins: digests for specialists, overviews for customers who have tickets."
        )
        play.until("08:00", brings=[*digests("07:00"), ("08:00", Kind.OVERVIEW, KARIN)])
        self.login = play.opens(
            "08:40", letters.STANDSTILL, type_=_ERROR, level=ServiceLevel.STANDSTILL,
            sends=[(Kind.RECEIPT, ANNA), *TO_SVENS_TEAM],
        )  # fmt: skip
        play.due(self.login, handling="2024-03-25 10:40", solution="2024-03-25 16:00")
        play.until("09:05")
        play.does(SVEN, "takes it", self.login, tickets.take, sends=[(Kind.HANDLING_STARTED, ANNA)])
        play.until("11:30", brings=[("10:40", Kind.STATUS, ANNA)])
        play.does(
            SVEN, "has found a way round: level 1 goes on as level 3", self.login,
            lambda act: tickets.workaround(act, "Logga in på reservadressen så länge."),
            sends=[(Kind.WORKAROUND, ANNA)],
        )  # fmt: skip
        play.is_now(self.login, Status.OPEN, ServiceLevel.PARTLY_HAMPERED)
        play.due(self.login, solution="2024-04-22 16:00")
        sends = [(Kind.RECEIPT, EMMA), *TO_MAJAS_TEAM]
        self.rates = play.opens("13:20", letters.RATES, type_=TicketType.QUESTION, sends=sends)
        play.replies("14:10", letters.RATES_ANSWER, self.rates, sends=[(Kind.ANSWER, EMMA)])
        play.goes_by(*_march(25))

    def tuesday(self) -> None:
        """A clock stands still while the customer is asked; and one who never answered is closed."""
        play = self._play
        play.day(date(2024, 3, 26))
        play.until("08:30", brings=digests("07:00"))
        play.does(MAJA, "calls it solved", self.rates, tickets.resolve, sends=[(Kind.RESOLVED, EMMA)])
        self.invoices = play.opens(
            "09:15", letters.INVOICES, type_=_ERROR, level=ServiceLevel.HAMPERED,
            sends=[(Kind.RECEIPT, EMMA), *TO_MAJAS_TEAM],
        )  # fmt: skip
        play.due(self.invoices, handling="2024-03-26 14:15", solution="2024-03-28 12:00")
        play.until("10:05")
        play.does(MAJA, "takes it", self.invoices, tickets.take, sends=[(Kind.HANDLING_STARTED, EMMA)])
        sends = [(Kind.RECEIPT, AINO), *TO_MAJAS_TEAM]
        self.picking = play.opens("10:40", letters.PICKING, type_=TicketType.QUESTION, sends=sends)
        play.until("11:20")
        play.does(MAJA, "takes it", self.picking, tickets.take, sends=[(Kind.HANDLING_STARTED, AINO)])
        play.until("13:30")
        play.does(
            MAJA, "asks Emma which number series it is", self.invoices,
            lambda act: tickets.ask(act, "Which number series is it?"), sends=[(Kind.ASKED, EMMA)],
        )  # fmt: skip
        play.until("14:00", brings=[("14:00", Kind.CLOSED_UNANSWERED, KARIN)])
        play.is_now(self.schedule, Status.CLOSED)
        play.goes_by(*_march(26))

    def wednesday(self) -> None:
        """The clock goes on, three open hours later; a wish, an order, and an error that nobody takes."""
        play = self._play
        play.day(date(2024, 3, 27))
        play.until("08:00", brings=digests("07:00"))
        sends = [(Kind.JOINED, EMMA), (Kind.TEAM_FOLLOW_UP, MAJA)]
        play.replies("08:30", letters.INVOICES_REPLY, self.invoices, sends=sends)
        play.due(self.invoices, solution="2024-04-02 11:00")
        play.diary.tell(
            "Three open hours of waiting moved the target from Thursday noon to after Easter. Every hour of it:"
        )
        play.explain(self.invoices)
        play.until("10:00", brings=[("09:00", Kind.STATUS, EMMA)])
        sends = [(Kind.RECEIPT, EMMA), *TO_MAJAS_TEAM]
        self.groups = play.opens("11:20", letters.GROUPS, type_=TicketType.WISH, sends=sends)
        sends = [(Kind.RECEIPT, KARIN), *TO_SVENS_TEAM]
        self.training = play.opens("13:30", letters.TRAINING, type_=TicketType.ORDER, sends=sends)
        play.until("14:15")
        price = "En dag för två personer kostar 14 500 kr. Ska vi boka den 9 april?"
        play.does(
            SVEN, "tells the price: no order is begun without a yes", self.training,
            lambda act: tickets.answer(act, price), sends=[(Kind.ANSWER, KARIN)],
        )  # fmt: skip
        self.stuck = play.opens(
            "14:30", letters.STUCK, type_=_ERROR, level=ServiceLevel.HAMPERED,
            sends=[(Kind.RECEIPT, AINO), *TO_MAJAS_TEAM],
        )  # fmt: skip
        play.due(self.stuck, handling="2024-03-28 10:30", solution="2024-03-28 12:00")
        play.until("15:10")
        play.does(SVEN, "has mended the login", self.login, tickets.resolve, sends=[(Kind.RESOLVED, ANNA)])
        play.goes_by(*_march(27))

    def thursday(self) -> None:
        """The short day: warnings, and deadlines that pass."""
        play = self._play
        play.day(date(2024, 3, 28), "Maja is at the dentist's until eleven, and nobody has taken Aino's ticket.")
        play.until("08:00", brings=digests("07:00"))
        sends = [(Kind.JOINED, KARIN), (Kind.TEAM_FOLLOW_UP, SVEN), (Kind.TEAM_FOLLOW_UP, LENA)]
        play.replies("08:20", letters.TRAINING_YES, self.training, sends=sends)
        play.until("10:29", brings=[
            ("09:00", Kind.STATUS, EMMA), ("09:00", Kind.STATUS, AINO), ("09:30", Kind.SLA_ALARM, MAJA),
        ])  # fmt: skip
        play.diary.tell("Four open hours are over. The team hears of it, and so does Lena, the head of service:")
        both = [(Kind.SLA_ALARM, MAJA), (Kind.SLA_ALARM, LENA)]
        play.until("10:31", brings=[("10:30", *one) for one in both])
        play.show_clocks(self.stuck)
        play.until("11:05", brings=[("10:38", Kind.SLA_ALARM, MAJA), ("10:49", Kind.SLA_ALARM, MAJA)])
        play.does(MAJA, "takes it, late", self.stuck, tickets.take, sends=[(Kind.HANDLING_STARTED, AINO)])
        play.until("11:25")
        play.does(
            MAJA, "asks Emma about her wish", self.groups, lambda act: tickets.ask(act, "For all kinds of rooms?"),
            sends=[(Kind.ASKED, EMMA)],
        )  # fmt: skip
        play.diary.tell("“Same week” ends with the week's last open hour, and that is Thursday's:")
        play.until("12:01", brings=[("12:00", *one) for one in both])
        play.show_clocks(self.stuck)
        play.goes_by(*_march(28))

    def easter(self) -> None:
        """Four days on which nobody is told anything but that their mail has arrived."""
        play = self._play
        play.day(date(2024, 3, 29))
        play.diary.tell("Nothing goes out.")
        play.goes_by(*_march(29))
        play.day(date(2024, 3, 30))
        play.diary.tell("Nothing goes out.")
        play.goes_by(*_march(30))
        play.day(date(2024, 3, 31), "At two in the morning it is three: this day has 23 hours.")
        self.audit = play.opens(
            "03:20", letters.NIGHT_AUDIT, type_=_ERROR, level=ServiceLevel.PARTLY_HAMPERED,
            sends=[(Kind.RECEIPT, EMMA), *TO_MAJAS_TEAM],
        )  # fmt: skip
        play.due(self.audit, handling="2024-04-03 14:00", solution="2024-04-26 16:00")
        play.goes_by(*_march(31))
        play.day(date(2024, 4, 1), "No digests, no overviews: they wait for the week's first working day.")
        play.goes_by(date(2024, 4, 1))

    def tuesday_after(self) -> None:
        """The first working day of the next week."""
        play = self._play
        play.day(date(2024, 4, 2))
        readers = [(("08:00"), Kind.OVERVIEW, one) for one in (ANNA, ERIK, EMMA, KARIN, AINO)]
        play.until("08:15", brings=[*digests("07:00"), *readers])
