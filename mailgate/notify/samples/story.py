"""The words of the sample mails: one believable day at a desk, told in each language."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from mailgate.domain.customer import Language

NUMBER = "MG-100042-6"
OTHER_NUMBER = "MG-100031-9"
SAMPLE_TIME = datetime(2026, 11, 26, 8, 20, tzinfo=UTC)
RECEIVED_AT = datetime(2026, 11, 26, 7, 41, tzinfo=UTC)
ASKED_AT = datetime(2026, 11, 18, 13, 5, tzinfo=UTC)
HANDLING_DUE = datetime(2026, 11, 26, 12, 41, tzinfo=UTC)
SOLUTION_DUE = datetime(2026, 11, 27, 15, 0, tzinfo=UTC)
TODAY = date(2026, 11, 26)


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """Who writes what to whom. ``others``: customers and subjects of other tickets, for lists."""

    language: Language
    superuser: str
    superuser_address: str
    customer: str
    industry: str
    colleague: str
    colleague_address: str
    specialist: str
    specialist_address: str
    team: str
    module: str
    subject: str
    mail: str
    keyword: str
    attachments: tuple[str, ...]
    follow_up: str
    started: str
    answer: str
    question: str
    workaround: str
    other_level: str
    other_type: str
    solved: str
    goodbye: str
    again: str
    gist_subject: str
    gist: str
    others: tuple[tuple[str, str], ...]


_SWEDISH = Story(
    language=Language.SWEDISH,
    superuser="Anna Lind",
    superuser_address="anna.lind@norrby-el.example",
    customer="Norrby El & VVS AB",
    industry="El- och VVS-installatörer",
    colleague="Karl Öberg",
    colleague_address="karl.oberg@norrby-el.example",
    specialist="Olof Dahl",
    specialist_address="olof.dahl@desk.example",
    team="Hantverkare, Transport och Konsult",
    module="Lön",
    subject="Lönekörningen stannar vid skatteberäkningen",
    mail=(
        "Hej!\n\nNär vi kör novemberlönen stannar den vid skatteberäkningen med felmeddelande 4711. Vi har "
        "startat om två gånger. Lönerna ska vara hos banken i morgon, så det brådskar.\n\nAnna"
    ),
    keyword="felmeddelande",
    attachments=("felmeddelande 4711.png", "lönekörning november.pdf"),
    follow_up="Nu har vi provat på en annan dator också. Samma sak där, och samma felmeddelande.\n\nAnna",
    started="Jag provar med er novemberkörning i dag och hör av mig före lunch.",
    answer=(
        "Hej Anna!\n\nDu hittar kontrollistan så här:\n\n1. Öppna Lön och välj Rapporter.\n2. Välj perioden "
        "november 2026.\n3. Klicka på Skapa kontrollista.\n\nHör av dig om någon anställd saknas i listan."
    ),
    question="Hej Anna!\n\nStannar körningen för alla anställda, eller bara för dem som har jämkning?",
    workaround=(
        "Hej Anna!\n\nTills felet är rättat kan ni köra lönen så här: bocka ur ”Kontrollera jämkning” under "
        "Inställningar och kör om. Beloppen blir rätt, det är bara kontrollen som hoppas över."
    ),
    other_level="Ni kan köra lönen för alla utom tre anställda. Därför har jag satt nivå 3.",
    other_type="Det du beskriver är ett fel och ingen fråga, så nu gäller våra tider för programfel.",
    solved="Felet är rättat i version 26.11.2, som ni fick i natt. Kör gärna om novemberlönen.",
    goodbye="Tack för hjälpen med att hitta felet!",
    again="Jag tittar på det på nytt.",
    gist_subject="Kan inte logga in",
    gist="Hej! Jag har bytt mobil och får ingen kod när jag ska logga in. Kan ni hjälpa mig i dag?",
    others=(
        ("Hotell Ankaret AB", "Kassan startar inte"),
        ("Åkeriet i Hult AB", "Fel moms på fakturor till Norge"),
        ("Granlunda kommun", "Rapporten Leverantörsreskontra tar tjugo minuter att öppna"),
        ("Lås & Larm i Väst AB", "Var hittar jag mallen för påminnelser?"),
        ("Brf Solgläntan", "Två licenser till från årsskiftet"),
    ),
)

_ENGLISH = Story(
    language=Language.ENGLISH,
    superuser="John Carter",
    superuser_address="john.carter@harbour-supplies.example",
    customer="Harbour Supplies Ltd",
    industry="Transport",
    colleague="Susan Mills",
    colleague_address="susan.mills@harbour-supplies.example",
    specialist="Olof Dahl",
    specialist_address="olof.dahl@desk.example",
    team="Hantverkare, Transport och Konsult",
    module="Payroll",
    subject="The payroll run stops at the tax calculation",
    mail=(
        "Hello,\n\nWhen we run the November payroll it stops at the tax calculation with error message 4711. We have "
        "restarted twice. The salaries must reach the bank tomorrow, so this is urgent.\n\nJohn"
    ),
    keyword="error message",
    attachments=("error 4711.png", "payroll run November.pdf"),
    follow_up="We have now tried it on another computer. The same thing happens, with the same message.\n\nJohn",
    started="I am trying it with your November run today and will write to you before lunch.",
    answer=(
        "Hello John,\n\nThis is where you find the checklist:\n\n1. Open Payroll and choose Reports.\n2. Choose the "
        "period November 2026.\n3. Click Create checklist.\n\nTell me if an employee is missing from it."
    ),
    question="Hello John,\n\nDoes the run stop for all employees, or only for those with an adjusted tax rate?",
    workaround=(
        "Hello John,\n\nUntil the error is mended you can run the payroll like this: clear “Check tax adjustments” in "
        "Settings and run it again. The amounts will be right; only the check is left out."
    ),
    other_level="You can run the payroll for all but three employees. That is why I have set level 3.",
    other_type="What you describe is an error, not a question, so our times for program errors now apply.",
    solved="The error is mended in version 26.11.2, which you got last night. Please run the November payroll again.",
    goodbye="Thank you for helping us to find the error.",
    again="I am looking into it again.",
    gist_subject="I cannot sign in",
    gist="Hello, I have a new phone and get no code when I sign in. Can you help me today?",
    others=(
        ("Hotell Ankaret AB", "The till does not start"),
        ("Åkeriet i Hult AB", "Wrong VAT on invoices to Norway"),
        ("Northgate Council", "The report Accounts payable takes twenty minutes to open"),
        ("West Locks & Alarms Ltd", "Where is the template for payment reminders?"),
        ("Sunny Glade Housing", "Two more licences from the new year"),
    ),
)

_FINNISH = Story(
    language=Language.FINNISH,
    superuser="Mikko Virtanen",
    superuser_address="mikko.virtanen@kalustetalo.example",
    customer="Vantaan Kalustetalo Oy",
    industry="Dagligvaru-, detalj- och fackhandel",
    colleague="Päivi Nieminen",
    colleague_address="paivi.nieminen@kalustetalo.example",
    specialist="Aino Laine",
    specialist_address="aino.laine@desk.example",
    team="Handel, Tjänsteföretag & Organisationer",
    module="Palkat",
    subject="Palkka-ajo pysähtyy veron laskentaan",
    mail=(
        "Hei!\n\nKun ajamme marraskuun palkkoja, ajo pysähtyy veron laskentaan ja näyttöön tulee virheilmoitus 4711. "
        "Olemme käynnistäneet ohjelman kahdesti uudelleen. Palkkojen pitää olla pankissa huomenna, joten asialla on "
        "kiire.\n\nMikko"
    ),
    keyword="virheilmoitus",
    attachments=("virheilmoitus 4711.png", "palkka-ajo marraskuu.pdf"),
    follow_up="Kokeilimme nyt myös toisella koneella. Sama ilmoitus tulee sielläkin.\n\nMikko",
    started="Kokeilen marraskuun ajoanne tänään ja palaan asiaan ennen lounasta.",
    answer=(
        "Hei Mikko!\n\nTarkistuslista löytyy näin:\n\n1. Avaa Palkat ja valitse Raportit.\n2. Valitse kaudeksi "
        "marraskuu 2026.\n3. Napsauta Luo tarkistuslista.\n\nKerro, jos listalta puuttuu joku työntekijä."
    ),
    question="Hei Mikko!\n\nPysähtyykö ajo kaikilla työntekijöillä vai vain niillä, joilla on muutosverokortti?",
    workaround=(
        "Hei Mikko!\n\nKunnes virhe on korjattu, palkat voi ajaa näin: poista asetuksista valinta ”Tarkista "
        "muutosverokortit” ja aja palkat uudelleen. Summat tulevat oikein, vain tarkistus jää pois."
    ),
    other_level="Palkat voi ajaa kaikille paitsi kolmelle työntekijälle. Siksi muutin tasoksi 3.",
    other_type="Kuvaamasi asia on ohjelmavirhe eikä kysymys, joten siihen pätevät ohjelmavirheiden määräajat.",
    solved="Virhe on korjattu versiossa 26.11.2, jonka saitte viime yönä. Ajakaa marraskuun palkat uudelleen.",
    goodbye="Kiitos, että autoit löytämään virheen!",
    again="Selvitän asiaa uudelleen.",
    gist_subject="En pääse kirjautumaan",
    gist="Hei! Vaihdoin puhelinta, enkä saa koodia, kun kirjaudun. Voitteko auttaa tänään?",
    others=(
        ("Hotell Ankaret AB", "Kassa ei käynnisty"),
        ("Kuljetus Hakala Oy", "Väärä arvonlisävero Norjaan lähtevissä laskuissa"),
        ("Koivurannan kunta", "Ostoreskontraraportin avaaminen kestää kaksikymmentä minuuttia"),
        ("Lukko ja Turva Länsi Oy", "Mistä löydän maksumuistutuksen mallin?"),
        ("As Oy Aurinkorinne", "Kaksi lisenssiä lisää vuodenvaihteesta"),
    ),
)

STORIES = {story.language: story for story in (_SWEDISH, _ENGLISH, _FINNISH)}
