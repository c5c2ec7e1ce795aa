"""Mails as customers write them, against the keywords that are shipped: type, and where it matters level and module."""

# ruff: noqa: E501 - one mail, one line
from collections import Counter
from dataclasses import dataclass

import pytest

from mailgate.classify.evidence import classify
from mailgate.domain.ticket import TicketType
from tests.support.mails import a_mail, a_policy, annas_facts

ERROR, WISH, ORDER, QUESTION = TicketType.PROGRAM_ERROR, TicketType.WISH, TicketType.ORDER, TicketType.QUESTION


@dataclass(frozen=True)
class Example:
    """What a customer wrote, and what a specialist would say that it is."""

    type: TicketType
    subject: str
    text: str
    level: int | None = None
    module: str | None = None


EXAMPLES = [
    # Swedish, program errors
    Example(ERROR, "Felanmälan", "Hej!\n\nNär jag öppnar kundkortet för Bergs blir det bara en vit sida.\n\n/Karin"),
    Example(ERROR, "Lönekörning", "Hej, det blev fel när vi körde lönen för oktober. Semesterdagarna drogs två gånger.", 5, "Lön"),
    Example(ERROR, "Summan", "Beställningen i systemet visar fel summa, det ska vara 12 400 kr men det står 1 240.", 5),
    Example(ERROR, "Inköpsorder", "När jag skriver ut en beställning till leverantören saknas artikelnumret. Det fungerar inte sedan uppdateringen.", 5, "Inköp"),
    Example(ERROR, "PROGRAMMET STARTAR INTE!!!", "Hej\nGO går inte att starta för någon av oss sen i morse. Ingen kan logga in.\nRing mig!", 1),
    Example(ERROR, "Systemet ligger nere", "Hela systemet ligger nere, vi står helt still. MVH Olle", 1),
    Example(ERROR, "kraschar", "Appen kraschar varje gång man ska attestera tid. Drabbar alla användare.", 2, "Tid"),
    Example(ERROR, "Tidrapport", "tidrapporten hänger sig när jag trycker på spara", 5, "Tid"),
    Example(ERROR, "bugg i planeringstavlan", "Dra och släpp funkar inte i veckovyn. Går att kringgå genom dagvyn, så inte brådskande.", 4, "Planering"),
    Example(ERROR, "Momsrapport", "Momsrapporten räknar fel på rad 48, differens 3 kr. Se bilaga.", 5, "Ekonomi"),
    Example(ERROR, "Konstigt felmeddelande", "Får upp felmeddelande \"Object reference not set\" när jag ska kreditera en faktura.", 5, "Fakturering"),
    Example(ERROR, "SV: Utskrift", "Hej igen,\nutskriften av plocklistor blir fel, två rader trycks ihop. Flera användare har samma sak.", 3, "Lager"),
    Example(ERROR, "e-fakturor", "E-fakturor som vi skickat i dag kommer inte fram till kunden, status står på fel.", 5, "Fakturering"),
    Example(ERROR, "fel", "Se bifogad skärmbild.", 5),
    Example(ERROR, "Inloggning", "Hej, jag kan inte logga in sedan i fredags, sidan bara laddar.", 5),
    Example(ERROR, "Fakturering akut", "Vi kan inte fakturera, det kommer ett felmeddelande om nummerserie. Mycket brådskande!", 2, "Fakturering"),
    Example(ERROR, "lonekorning", "hej lonekorningen kraschar nar jag trycker pa berakna", 5, "Lön"),
    Example(ERROR, "Lagersaldo", "Lagersaldot stämmer inte efter inventeringen: systemet visar 14 men vi räknade 12.", 5, "Lager"),
    Example(ERROR, "Skönhetsfel", "I menyn står det 'Fakurering'. Bara ett stavfel, men fel är fel :)", 5),
    # Swedish, questions
    Example(QUESTION, "Fråga", "Hej!\nHur gör man för att byta momssats på en artikel?\nTack på förhand\nAnna"),
    Example(QUESTION, "Semester", "Hur lägger jag upp en ny semesterordning? Jag hittar det inte i handboken."),
    Example(QUESTION, "Kreditering", "Hej, jag undrar hur jag krediterar en faktura som redan är betald.", None, "Fakturering"),
    Example(QUESTION, "Hjälp", "Kan vi få hjälp med hur vi lägger in en ny användare?"),
    Example(QUESTION, "Behörighet", "Kan vi få veta vem som har ändrat kontoplanen?"),
    Example(QUESTION, "Trevlig helg", "Tack för hjälpen i dag!\n\nJag önskar er trevlig helg\nKarin"),
    Example(QUESTION, "Tack", "Tack för snabb hjälp. Vi önskar er en riktigt god jul!\n/Lasse"),
    Example(QUESTION, "Rättning", "Vi har gjort fel i lönen för september, hur rättar vi det?", None, "Lön"),
    Example(QUESTION, "Order", "Hur får jag fram vilka ordrar som inte är fakturerade?", None, "Order"),
    Example(QUESTION, "Beställningar", "Hur beställer man varor från en ny leverantör i systemet? Finns det en guide?"),
    Example(QUESTION, "Projekt", "Var hittar jag rapporten över upparbetat i projekt? Det är inget fel, jag hittar den bara inte.", None, "Projekt"),
    Example(QUESTION, "", "Hej, kan ni ringa mig på 070-123 45 67?"),
    Example(QUESTION, "Uppdatering", "När kommer nästa version?"),
    Example(QUESTION, "Bokslut", "Vad betyder 'periodisering' i rutan vid verifikatet?", None, "Ekonomi"),
    Example(QUESTION, "Schema", "Går det att kopiera ett schema från förra året?", None, "Planering"),
    # Swedish, wishes
    Example(WISH, "Önskemål", "Vi skulle vilja kunna sortera tidrapporten på projekt.", None, "Tid"),
    Example(WISH, "Sortering i kundlistan", "Det vore bra om man kunde sortera kundlistan på ort."),
    Example(WISH, "Förbättringsförslag", "Låt datumfältet komma ihåg senaste datum."),
    Example(WISH, "Idé", "Hade varit smidigt att kunna attestera från mobilen."),
    Example(WISH, "Lönebesked", "Vi saknar möjlighet att skicka lönebesked till Kivra. Det skulle underlätta mycket.", None, "Lön"),
    Example(WISH, "Export", "Önskemål från oss: export till Excel från planeringen.", None, "Planering"),
    Example(WISH, "onskemal", "vi onskar en knapp for att kopiera ordrar"),
    Example(WISH, "Funktion", "Finns det planer på stöd för Peppol för utländska kunder? Det vore önskvärt.", None, "Fakturering"),
    # Swedish, orders
    Example(ORDER, "Beställning", "Hej! Vi vill beställa två licenser till. Faktureras som vanligt."),
    Example(ORDER, "Utbildning", "Vi skulle vilja boka en utbildning i lönemodulen för tre personer.", None, "Lön"),
    Example(ORDER, "Konsulthjälp", "Hej, vi behöver konsulthjälp för att sätta upp integrationen mot banken. Kan ni skicka en offert?"),
    Example(ORDER, "Mikrotjänst", "Vi beställer mikrotjänsten 'Ny fakturamall'.", None, "Fakturering"),
    Example(ORDER, "Licenser", "Vi har anställt, så vi behöver köpa till tre användare från 1 mars."),
    Example(ORDER, "Offert", "Vi önskar en offert på tidmodulen för 15 personer.", None, "Tid"),
    # English
    Example(ERROR, "Error when saving", "Hi,\nwe get an error message when we save a work order. It stopped working this morning.", 5, "Order"),
    Example(ERROR, "URGENT: system is down", "Nobody can log in since 8 am.", 1),
    Example(ERROR, "Payroll", "The payslips show the wrong amount for overtime. All users see it.", 2, "Lön"),
    Example(ERROR, "Invoice PDF", "The invoice PDF is a blank page. Not urgent, there is a workaround.", 4, "Fakturering"),
    Example(ERROR, "Crash", "App crashes on start", 5),
    Example(QUESTION, "VAT", "How do I change the VAT code on an article? There's no error, I just can't find it."),
    Example(QUESTION, "Question", "Is it possible to export the inventory list?", None, "Lager"),
    Example(QUESTION, "Thanks", "Thanks for your help!\nBest wishes,\nTom"),
    Example(QUESTION, "Orders", "Where can I see which sales orders are not delivered?", None, "Order"),
    Example(WISH, "Feature request", "It would be nice to have dark mode."),
    Example(WISH, "Suggestion", "We would like to be able to filter the planning board by team.", None, "Planering"),
    Example(ORDER, "Licences", "Hello, we would like to order two more licences."),
    Example(ORDER, "Training", "We want to book a training for our new colleagues."),
    # Finnish
    Example(ERROR, "Ohjelmavirhe", "Hei,\nlaskutus ei toimi, ohjelma antaa virheilmoituksen.", 5, "Fakturering"),
    Example(ERROR, "Järjestelmä", "Järjestelmä on alhaalla, kukaan ei pääse kirjautumaan.", 1),
    Example(ERROR, "Palkka-ajo", "Palkka-ajo kaatuu joka kerta. Kiireellinen!", 2, "Lön"),
    Example(ERROR, "Raportti", "Tuntikirjausten summa on väärin raportilla.", 5, "Tid"),
    Example(QUESTION, "Kysymys", "Miten voin muuttaa asiakkaan osoitteen? Ei ole virhe, en vain löydä kohtaa."),
    Example(QUESTION, "Varasto", "Onko mahdollista tulostaa varastosaldot päivältä?", None, "Lager"),
    Example(WISH, "Toive", "Olisi hyvä jos projektin voisi kopioida.", None, "Projekt"),
    Example(WISH, "Kehitysehdotus", "Ehdotuksemme: pikanäppäin tallennukseen."),
    Example(ORDER, "Tilaus", "Haluaisimme tilata kaksi lisälisenssiä."),
    Example(ORDER, "Tarjouspyyntö", "Pyydämme tarjousta koulutuksesta."),
    Example(QUESTION, "Kiitos", "Kiitos avusta!\nYstävällisin terveisin\nPekka"),
    # A second and third helping, first used to see how the keywords do on mails that they were not written for
    Example(ERROR, "Problem med fakturautskrift", "Hejsan\nNär vi försöker skriva ut samlingsfakturor så kommer bara första sidan. Har testat på två datorer.\n\nMvh\nEva Lind\nEkonomiansvarig"),
    Example(ERROR, "Kan inte spara", "Hej. Kommer inte vidare när jag sparar ett nytt projekt, den bara snurrar och snurrar."),
    Example(ERROR, "Fel moms på kreditfaktura", "Se bifogad PDF. Momsen ska vara 25 % men blir 12 %"),
    Example(ERROR, "AGI", "AGI-filen underkänns hos Skatteverket, fältkod 011 saknas i filen."),
    Example(ERROR, "Långsamt", "Systemet är extremt segt idag, tar flera minuter att öppna en order."),
    Example(ERROR, "Felkod 500", "Hej, får felkod 500 vid export."),
    Example(ERROR, "Tidstämplingar borta", "Alla mina stämplingar för förra veckan är borta!!"),
    Example(QUESTION, "Inventering", "Hej! Vi ska inventera på fredag för första gången. I vilken ordning ska man göra stegen? /Johan, Lagerchef"),
    Example(QUESTION, "Ny anställd", "Hej, hur lägger vi in en ny anställd med timlön?"),
    Example(QUESTION, "Fakturor", "Hej\nJag hittar ingen faktura på kund 1044 från i mars, var kan jag se den?"),
    Example(QUESTION, "Byte av kontaktperson", "Hej, Karin slutar på fredag och Lisa tar över. Vad behöver ni?"),
    Example(QUESTION, "Re: Releasenyheter", "Hej, i nyheterna står att man kan koppla flera ordrar till ett projekt. Var aktiverar man det?"),
    Example(QUESTION, "Kund som bestrider", "Vi har en kund som hävdar att fakturan är fel, kan vi kreditera bara en rad?"),
    Example(QUESTION, "Lösenord", "Hej jag har glömt mitt lösenord."),
    Example(QUESTION, "felparkering", "Hej, vilket konto ska felparkeringsavgifter bokföras på?"),
    Example(QUESTION, "Rapport", "Vi behöver en rapport över övertid per avdelning, finns det någon färdig?"),
    Example(QUESTION, "Beställningspunkt", "Hur ändrar jag beställningspunkt på flera artiklar samtidigt?"),
    Example(WISH, "Förslag", "Hej! Skulle man kunna lägga till en kolumn för referens i kundreskontralistan?"),
    Example(WISH, "Mobilappen", "Det hade varit toppen med mörkt läge i appen."),
    Example(WISH, "Vi önskar bättre sökning", "Sökningen borde hitta på delar av artikelnamn."),
    Example(WISH, "Utveckling", "Kan ni bygga in stöd för Swish i fakturamallen i kommande version?"),
    Example(ORDER, "Fler användare", "Hej, vi behöver utöka med fem användare från årsskiftet."),
    Example(ORDER, "Beställning av utbildning", "Hej, 3 personer till grundkursen i Stockholm 12 mars tack."),
    Example(ORDER, "Hjälp med uppsättning", "Kan en konsult komma till oss och gå igenom lageruppsättningen? Vad kostar det?"),
    Example(QUESTION, "Pris", "Vad kostar det att lägga till modulen CRM?"),
    Example(ERROR, "Can't print", "Hi! Printing delivery notes does nothing at all since the update. Regards, Sam"),
    Example(ERROR, "wrong VAT", "VAT is calculated wrong for Norwegian customers"),
    Example(QUESTION, "User rights", "Hi, which role lets a foreman approve timesheets?"),
    Example(QUESTION, "Export", "How can we export all customers to Excel?"),
    Example(WISH, "Idea", "It would be great if one could copy an order with all its lines"),
    Example(WISH, "Could you add", "Could you add a button to approve all time reports at once?"),
    Example(ORDER, "Quote", "Please send us a quote for 10 extra users."),
    Example(ERROR, "Sovellus ei avaudu", "Hei, sovellus ei avaudu päivityksen jälkeen."),
    Example(ERROR, "Laskut", "Laskuja ei voi lähettää, tulee virhe 404."),
    Example(QUESTION, "Loma", "Mistä löydän lomapäivien saldon?"),
    Example(QUESTION, "Käyttäjä", "Hei, miten lisään uuden käyttäjän?"),
    Example(WISH, "Ehdotus", "Voisiko hakuun lisätä suodattimen?"),
    Example(ORDER, "Lisää käyttäjiä", "Tarvitsemme kolme käyttäjää lisää. Lähettäkää tarjous."),
    Example(QUESTION, "Hej", "Hej! Funkar det att ha två kontoplaner i samma bolag?"),
    Example(ERROR, "Attestflöde", "Hejsan! Attestflödet skickar fakturorna till fel chef sedan i måndags, vi har inte ändrat något."),
    Example(ERROR, "Lagerrapport stämmer ej", "Lagervärdet i rapporten stämmer ej mot bokföringen, diff 18 000."),
    Example(ERROR, "Skrivare", "Etiketterna skrivs ut upp och ner efter senaste uppdateringen. Hjälp!"),
    Example(ERROR, "Krånglande app", "Hej, appen slänger ut mig hela tiden när jag stämplar in.\nMvh Ali"),
    Example(ERROR, "Importfil", "Importen av bankfilen avbryts halvvägs utan förklaring"),
    Example(ERROR, "Dubbla rader", "Varje orderrad kommer med två gånger på följesedeln."),
    Example(ERROR, "sökning", "när man söker på kundnummer kommer alla kunder upp. så var det inte förut"),
    Example(ERROR, "Kan ej attestera", "knappen är grå, har rätt behörighet enligt Saga"),
    Example(ERROR, "Felaktigt saldo på semester", "Olle har 25 dagar kvar men lönebeskedet säger 52"),
    Example(ERROR, "Stopp i lönerna!", "Lönerna ska ut i morgon och beräkningen fryser på 40 %. Akut!!"),
    Example(QUESTION, "Påminnelser", "Hej, hur stänger man av påminnelseavgift på en enskild kund?"),
    Example(QUESTION, "Moms Norge", "Vi ska börja sälja till Norge, vilka momskoder ska vi använda?"),
    Example(QUESTION, "Ny bil", "Jag ska lägga upp en ny bil som resurs i planeringen. Vet ni hur?"),
    Example(QUESTION, "Byta språk", "Kan man ha engelska på fakturan för vissa kunder?"),
    Example(QUESTION, "Rutin för årsskifte", "Finns det en checklista för årsskiftet?"),
    Example(QUESTION, "Avslut av projekt", "Måste alla ordrar vara klarmarkerade innan man avslutar projektet?"),
    Example(QUESTION, "Tack!", "Nu fungerar det igen, tack för hjälpen!"),
    Example(QUESTION, "Utbildningsmaterial", "Var finns filmerna om inventering?"),
    Example(QUESTION, "Felregistrerad tid", "En anställd har registrerat tid på fel projekt, hur flyttar jag den?"),
    Example(QUESTION, "Beställning från kund", "Vi fick en beställning från kund via EDI, ska den bekräftas manuellt?"),
    Example(QUESTION, "Testmiljö", "Har vi tillgång till en testmiljö?"),
    Example(WISH, "önskan", "Vi skulle gärna se att man kan ha flera leveransadresser på ett kundkort."),
    Example(WISH, "Förbättring av tidrapport", "Låt fältet projekt vara förifyllt med gårdagens projekt."),
    Example(WISH, "Till produktrådet", "Kolumnbredder borde sparas per användare"),
    Example(WISH, "Tips!", "Det vore toppen med en påminnelse när tidrapporten inte är inlämnad"),
    Example(WISH, "Saknar funktion", "Vi saknar möjligheten att bifoga bilder från appen på en arbetsorder."),
    Example(ORDER, "Licens", "Lägg till en licens för vår nya montör, tack. Godkänt av mig."),
    Example(ORDER, "Konsult", "Vi vill ha hjälp av Per igen, två dagar i april, med budgetmodellen."),
    Example(ORDER, "Utbildning ny SuperUser", "Jag vill anmäla Lisa till grundutbildningen i ekonomi"),
    Example(ORDER, "Beställer Mikrotjänst logotyp", "Ny logga på fakturan, se bilaga."),
    Example(ERROR, "Login fails", "Two of our users get 'invalid token' when logging in."),
    Example(QUESTION, "Overtime", "Hi, where do I set the overtime factor?"),
    Example(QUESTION, "Role", "Can a SuperUser reset other users' passwords?"),
    Example(WISH, "Wish", "Keyboard shortcut for approve"),
    Example(ORDER, "Extra modules", "What would it cost to add the planning module? We'd like to purchase it in May."),
    Example(ERROR, "Virhe laskulla", "Laskun viitenumero on väärä."),
    Example(ERROR, "Hidas", "Ohjelma on todella hidas tänään"),
    Example(QUESTION, "Neuvoa", "Kuinka poistan vanhan projektin?"),
    Example(WISH, "Toivomus", "Toivoisimme raporttia ylitöistä"),
]  # fmt: skip


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: f"{example.type}: {example.text[:40]!r}")
def test_a_mail_is_what_a_specialist_would_call_it(example: Example) -> None:
    found = classify(a_mail(example.text, subject=example.subject), annas_facts(), a_policy())
    assert found.type is example.type, found.evidence
    assert found.level == example.level or example.level is None, found.evidence
    assert found.module == example.module or example.module is None, found.evidence


@pytest.mark.parametrize("text", ["Vi hörs om listan i morgon.", "Se nedan.", "", "Ring mig"])
def test_what_no_keyword_tells_is_a_question(text: str) -> None:
    found = classify(a_mail(text), annas_facts(), a_policy())
    assert (found.type, found.level, [what for what, _ in found.evidence if what == "type"]) == (QUESTION, None, [])


def test_the_examples_cover_every_type() -> None:
    assert min(Counter(example.type for example in EXAMPLES).values()) >= 10
