"""The day on which somebody who is away says to be back, in the languages that our readers' contacts write."""

import re
from datetime import date, datetime, timedelta

_MONTHS = (
    ("jan", "januar", "tammi", "enero", "janvier", "gennaio"),
    ("feb", "helmi", "fév", "fev"),
    ("mar", "mär", "maalis"),
    ("apr", "huhti", "avr", "abr"),
    ("maj", "mai", "may", "mei", "touko"),
    ("jun", "juin", "kesä", "giu"),
    ("jul", "juil", "heinä", "lug"),
    ("aug", "elo", "août", "aout", "ago"),
    ("sep", "syys", "set"),
    ("okt", "oct", "loka", "ott"),
    ("nov", "marras"),
    ("dec", "dez", "des", "joulu", "déc", "dic"),
)
_MONTH_OF = sorted(
    ((name, at) for at, names in enumerate(_MONTHS, 1) for name in names), key=lambda pair: -len(pair[0])
)
_NAMES = "|".join(re.escape(name) for name, _ in _MONTH_OF)
_DAY = r"(?<![\d.:])(?P<{}>[0-3]?\d)"
_DATES = re.compile(
    r"(?<![\d-])(?P<y1>20\d\d)-(?P<m1>\d\d)-(?P<d1>\d\d)(?![\d-])|"
    rf"{_DAY.format('d2')}(?:st|nd|rd|th|\.|:e|:a|er)?\s+(?:of |de |"
    rf"den )?(?P<n2>{_NAMES})\w*\.?,?(?:\s+(?:de )?(?P<y2>20\d\d))?|"
    rf"\b(?P<n3>{_NAMES})[a-z]*\.?\s+(?P<d3>[0-3]?\d)(?:st|nd|rd|th)?\b(?:,?\s+(?P<y3>20\d\d))?|"
    rf"{_DAY.format('d4')}[./](?P<m4>[01]?\d)(?:[./](?P<y4>20\d\d|\d\d)?)?(?![\d:])",
    re.IGNORECASE,
)
_BACK = re.compile(
    r"\b(back|return\w*|available (again|from)|åter\w*|tillbaka|igen|palaa\w*|takaisin|jälleen|töissä|tilbake|"
    r"tilbage|"
    r"igjen|zurück|wieder|retour\w*|reprise|regres\w*|vuelt\w*|vuelvo|terug|weer|rientr\w*|wrac\w*|reachable)\b",
    re.IGNORECASE,
)
_LAST_DAY_AWAY = re.compile(
    r"\b(until|till?|through|to|to\.m\.?|t\.?o\.?m\.?|till och med|fram till|asti|saakka|til og med|til|bis|"
    r"einschließlich|"
    r"jusqu'au|jusqu’au|au|hasta|al|tot( en met)?|t/m|fino al)\s*(the |den |el |le |zum |d\. |\w{2,9}day,? |"
    r"\w{2,6}dagen? )?\s*$|[-–]\s*$",
    re.IGNORECASE,
)
_MOST_DATES = 40


def return_day(text: str, *, sent: datetime | None) -> date | None:
    """The day of return; None if none is named. ``sent``: when the mail was written, for dates without a year."""
    found = [(match, day) for match in list(_DATES.finditer(text))[:_MOST_DATES] if (day := _day(match, sent))]
    for match, day in found:
        before = text[max(0, match.start() - 60) : match.start()].replace("\n", " ").rpartition(". ")[2]
        if _BACK.search(before):
            return day
    for match, day in found:
        before = text[max(0, match.start() - 30) : match.start()]
        behind = text[match.end() : match.end() + 12].lower()
        if _LAST_DAY_AWAY.search(before) or re.match(r"\s*(asti|saakka)", behind):
            return day + timedelta(days=1)
    for match, day in found:
        behind = text[match.end() : match.end() + 40].replace("\n", " ").partition(". ")[0]
        if _BACK.search(behind):  # "Ab dem 3.8. bin ich wieder erreichbar"
            return day
    return None


def _day(match: re.Match[str], sent: datetime | None) -> date | None:
    for form in "1234":
        if match[f"d{form}"] is not None:
            break
    name = match.groupdict().get(f"n{form}")
    month = _month(name) if name is not None else int(match[f"m{form}"])
    year = match[f"y{form}"]
    try:
        if year is not None:
            return date(int(year) + (2000 if len(year) == 2 else 0), month, int(match[f"d{form}"]))
        return _nearest(month, int(match[f"d{form}"]), sent)
    except ValueError:
        return None


def _month(name: str) -> int:
    lower = name.lower()
    return next(number for start, number in _MONTH_OF if lower.startswith(start))


def _nearest(month: int, day: int, sent: datetime | None) -> date | None:
    """The year is the one that makes the day come soonest after the mail, or lie a few days before it."""
    if sent is None:
        return None
    this_year = date(sent.year, month, day)
    return this_year if this_year >= sent.date() - timedelta(days=14) else date(sent.year + 1, month, day)
