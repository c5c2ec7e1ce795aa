"""The commands that people give by mail, as a table: who may give which, how it is spelled, and what belongs to it.

To add one: a row here, a function in ``desk.commands``, and its words in every ``templates/<language>/words.toml``
(``[commands.<role>.<name>]``).
"""

from collections.abc import Mapping

from mailgate.domain.commands import Below, Command, CommandName, Grammar, Role
from mailgate.domain.customer import Language


def _spelled(*, sv: str, en: str, fi: str) -> Mapping[Language, tuple[str, ...]]:
    written = {Language.SWEDISH: sv, Language.ENGLISH: en, Language.FINNISH: fi}
    return {language: tuple(each.strip() for each in words.split(",")) for language, words in written.items()}


def _of_specialists(
    name: CommandName,
    argument: Grammar = Grammar.NONE,
    below: Below = Below.ANSWER,
    *,
    speaks: bool = False,
    **spelled: str,
) -> Command:
    return Command(
        name=name,
        role=Role.SPECIALIST,
        spellings=_spelled(**spelled),
        argument=argument,
        below=below,
        binding=name is CommandName.CLOSE,
        speaks=speaks,
    )


def _of_superusers(
    name: CommandName,
    argument: Grammar = Grammar.NONE,
    *,
    binding: bool = False,
    may_lack: bool = False,
    **spelled: str,
) -> Command:
    return Command(
        name=name,
        role=Role.SUPERUSER,
        spellings=_spelled(**spelled),
        argument=argument,
        binding=binding,
        may_lack=may_lack,
    )


_TEXT, _OWN = Grammar.TEXT, Below.OWN

SPECIALISTS: tuple[Command, ...] = (
    _of_specialists(
        CommandName.NOTE, _TEXT, Below.INTERNAL,
        sv="anteckning, anteckna, notering, internt, not", en="note, internal", fi="muistiinpano, huomautus, sisäinen",
    ),
    _of_specialists(CommandName.TAKE, sv="ta, tar, tag", en="take, mine", fi="ota, otan"),
    _of_specialists(
        CommandName.GIVE, Grammar.PERSON, sv="ge, överlämna, lämna, till", en="give, assign", fi="anna, luovuta"
    ),
    _of_specialists(CommandName.TEAM, Grammar.TEAM, sv="team, grupp", en="team", fi="tiimi"),
    _of_specialists(CommandName.TYPE, Grammar.TYPE, sv="typ, kategori", en="type, category", fi="tyyppi, luokka"),
    _of_specialists(CommandName.LEVEL, Grammar.LEVEL, sv="nivå, servicenivå", en="level", fi="taso, palvelutaso"),
    _of_specialists(CommandName.MODULE, Grammar.MODULE, sv="modul", en="module", fi="moduuli"),
    _of_specialists(
        CommandName.ANSWER, _TEXT, _OWN, speaks=True, sv="svar, svara", en="answer, reply", fi="vastaa, vastaus"
    ),
    _of_specialists(CommandName.ASK, _TEXT, _OWN, speaks=True, sv="fråga", en="ask", fi="kysy, kysymys"),
    _of_specialists(
        CommandName.WORKAROUND, _TEXT, _OWN, speaks=True,
        sv="kringgå, runt, workaround", en="workaround", fi="kiertotie, kierto",
    ),
    _of_specialists(
        CommandName.RESOLVE, _TEXT, _OWN,
        sv="löst, lös, klart", en="resolve, resolved, solved", fi="ratkaistu, ratkaise",
    ),
    _of_specialists(CommandName.CLOSE, sv="stäng, stängt", en="close, closed", fi="sulje, suljettu"),
    _of_specialists(
        CommandName.REOPEN, _TEXT, _OWN, sv="öppna, återöppna", en="reopen, open", fi="avaa, avaa-uudelleen"
    ),
    _of_specialists(
        CommandName.PRODUCT, _TEXT, _OWN, sv="produkt, produktavdelningen", en="product", fi="tuote, tuoteosasto"
    ),
    _of_specialists(
        CommandName.COUNCIL, Grammar.COUNCIL, _OWN,
        sv="råd, produktråd", en="council", fi="neuvosto, tuoteneuvosto",
    ),
    _of_specialists(CommandName.PLANNED, _TEXT, _OWN, sv="planerat, planerad", en="planned", fi="suunniteltu"),
    _of_specialists(
        CommandName.DECLINED, _TEXT, _OWN, sv="avslaget, avslå, avböjt", en="declined, decline", fi="hylätty, hylkää"
    ),
    _of_specialists(CommandName.CONSULTANT, _TEXT, _OWN, sv="konsult", en="consultant", fi="konsultti"),
    _of_specialists(
        CommandName.DESK, _TEXT, _OWN, sv="support, supporten, tillbaka", en="desk, verify", fi="tuki, takaisin"
    ),
    _of_specialists(
        CommandName.ESTIMATE, _TEXT, _OWN, speaks=True,
        sv="pris, prisförslag, uppskattning", en="estimate, quote", fi="arvio, hinta-arvio, hinta",
    ),
    _of_specialists(
        CommandName.BILLED, _TEXT, _OWN, speaks=True,
        sv="fakturerat, faktura, debiterat", en="billed, invoiced", fi="laskutettu, lasku",
    ),
    _of_specialists(
        CommandName.ACCESS, _TEXT, _OWN,
        sv="inloggning, supportinloggning, tillgång", en="access", fi="pääsy, tukikirjautuminen",
    ),
    _of_specialists(
        CommandName.MERGE, Grammar.NUMBER, sv="slå-ihop, slåihop, ihop", en="merge", fi="yhdistä, yhdistetään"
    ),
    _of_specialists(CommandName.LINK, Grammar.NUMBER, sv="länka, koppla", en="link", fi="linkitä, linkki"),
    _of_specialists(CommandName.CC, Grammar.ADDRESS, sv="kopia, kopiera", en="cc, copy", fi="kopio, tiedoksi"),
    _of_specialists(CommandName.RELEASE, Grammar.NUMBER, sv="släpp, släppa", en="release", fi="vapauta"),
    _of_specialists(CommandName.REJECT, Grammar.NUMBER, sv="avvisa", en="reject", fi="torju"),
    _of_specialists(CommandName.HELP, sv="hjälp", en="help", fi="ohje, apua"),
)  # fmt: skip

SUPERUSERS: tuple[Command, ...] = (
    _of_superusers(
        CommandName.STATUS, Grammar.NUMBER, may_lack=True,
        sv="status, läge", en="status", fi="tila, tilanne",
    ),
    _of_superusers(
        CommandName.CLOSE, Grammar.NUMBER, may_lack=True, binding=True,
        sv="stäng, stäng ärendet, stäng ärende, avsluta, avsluta ärendet", en="close, close ticket, close the ticket",
        fi="sulje, sulje tiketti, sulje tukipyyntö",
    ),
    _of_superusers(CommandName.TYPE, Grammar.TYPE, binding=True, sv="typ", en="type", fi="tyyppi"),
    _of_superusers(CommandName.LEVEL, Grammar.LEVEL, binding=True, sv="nivå", en="level", fi="taso"),
    _of_superusers(CommandName.MODULE, Grammar.MODULE, sv="modul", en="module", fi="moduuli"),
    _of_superusers(
        CommandName.OVERVIEW_OFF,
        sv="avsluta översikt, avsluta översikten, stoppa översikt", en="stop overview, end overview",
        fi="lopeta katsaus, lopeta yhteenveto",
    ),
    _of_superusers(CommandName.HELP, sv="hjälp", en="help", fi="ohje, apua"),
)  # fmt: skip

COMMANDS: tuple[Command, ...] = (*SPECIALISTS, *SUPERUSERS)


def command(name: CommandName, role: Role = Role.SPECIALIST) -> Command:
    """The row of a command."""
    return next(one for one in COMMANDS if one.name is name and one.role is role)
