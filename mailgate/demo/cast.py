"""Who plays in the demo: four customers, their SuperUsers, and two specialists, as a register file says it."""

from datetime import date

SUPPORT = "support@example.com"
ORDERS = "konsult@example.com"

ANNA = "anna.bjork@bjorksbygg.example"
ERIK = "erik.lind@bjorksbygg.example"
NILS = "nils.karlsson@bjorksbygg.example"
"""Works at Björks Bygg, but is no SuperUser: he stands in no register."""
EMMA = "emma.clarke@harbourhotel.example"
KARIN = "karin.lundgren@lundgrensakeri.example"
AINO = "aino.virtanen@saimaankauppa.example"
SVEN = "sven.sund@desk.example"
MAJA = "maja.holm@desk.example"

BUILDER, HOTEL, HAULIER, SHOP = "1001", "1002", "1003", "1004"
"""The customers' codes. The haulier is late with a payment."""

_REGISTER = """\
[[customer]]
code = "{builder}"
name = "Björks Bygg AB"
industry = "Bygg"
modules = ["Fakturering", "Lön", "Projekt", "Tid"]
domains = ["bjorksbygg.example"]

[[customer.superuser]]
address = "{anna}"
name = "Anna Björk"
language = "sv"
trained = ["Fakturering", "Projekt"]

[[customer.superuser]]
address = "{erik}"
name = "Erik Lind"
language = "sv"
trained = ["Lön", "Tid"]

[[customer]]
code = "{hotel}"
name = "Harbour Hotel AB"
industry = "Hotell & Restaurang"
modules = ["Fakturering", "Planering"]
domains = ["harbourhotel.example"]

[[customer.superuser]]
address = "{emma}"
name = "Emma Clarke"
language = "en"
trained = ["Fakturering", "Planering"]

[[customer]]
code = "{haulier}"
name = "Lundgrens Åkeri AB"
industry = "Transport"
modules = ["Tid", "Lön"]
domains = ["lundgrensakeri.example"]
{overdue}

[[customer.superuser]]
address = "{karin}"
name = "Karin Lundgren"
language = "sv"
trained = ["Tid", "Lön"]

[[customer]]
code = "{shop}"
name = "Saimaan Kauppa Oy"
industry = "Dagligvaru-, detalj- och fackhandel"
modules = ["Lager", "Inköp", "Fakturering"]
domains = ["saimaankauppa.example"]

[[customer.superuser]]
address = "{aino}"
name = "Aino Virtanen"
language = "fi"
trained = ["Lager", "Inköp"]
"""

SPECIALISTS = """\
[[specialist]]
address = "{sven}"
name = "Sven Sund"
team = "Hantverkare, Transport och Konsult"
language = "sv"

[[specialist]]
address = "{maja}"
name = "Maja Holm"
team = "Handel, Tjänsteföretag & Organisationer"
language = "en"
head = true
"""


def register(*, overdue_since: date | None = None, specialists: str = SPECIALISTS) -> str:
    """The register file, TOML, for ``mailgate register import``. ``specialists``: their tables, if they are others."""
    people = {"anna": ANNA, "erik": ERIK, "emma": EMMA, "karin": KARIN, "aino": AINO, "sven": SVEN, "maja": MAJA}
    customers = {"builder": BUILDER, "hotel": HOTEL, "haulier": HAULIER, "shop": SHOP}
    overdue = f"overdue_since = {overdue_since:%Y-%m-%d}" if overdue_since is not None else ""
    return (_REGISTER + "\n" + specialists).format(**people, **customers, overdue=overdue)
