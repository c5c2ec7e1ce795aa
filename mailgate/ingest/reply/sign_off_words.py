"""How people, their telephones and their lawyers end a mail, in the languages that customers write in.

All in lower case; signs between words do not count.
"""

import re

from mailgate.ingest.reply.table import phrases, words

_CLOSINGS = (
    "med vänlig hälsning|med vänliga hälsningar|vänlig hälsning|vänliga hälsningar|med vänlig hälsn|vänl hälsn"
    "|med bästa hälsningar|bästa hälsningar|bästa hälsning|varma hälsningar|hälsning|hälsningar|många hälsningar"
    "|mvh|m v h|hälsn|hlsn|hsn|bästa hälsn|med varma hälsningar|hälsar"
    "|vänligen|tack och hälsningar|tack mvh|tack på förhand mvh|högaktningsfullt|soliga hälsningar|vh",
    "ystävällisin terveisin|ystävällisesti|terveisin|terv|parhain terveisin|kunnioittavasti|t|yt|terkuin"
    "|hyvin terveisin|kiitos ja terveisin|kiittäen|lämpimin terveisin",
    "med vennlig hilsen|med vennleg helsing|vennlig hilsen|vennleg helsing|hilsen|beste hilsen|beste hilsener|hilsener"
    "|med hilsen|mvh|vh|hilsning",
    "med venlig hilsen|med venlige hilsner|venlig hilsen|venlige hilsner|bedste hilsner|de bedste hilsner"
    "|mange hilsner|hilsner|kærlig hilsen|kh|dbh|med venlig hilsen best regards",
    "best regards|kind regards|regards|warm regards|with kind regards|with best regards|with regards|best wishes"
    "|kindest regards|warmest regards|yours sincerely|sincerely yours|yours faithfully|yours truly|sincerely"
    "|all the best|best|br|rgds|thanks and regards|thanks regards|thanks and best regards|thank you and best regards"
    "|many regards|respectfully",
    "mit freundlichen grüßen|mit freundlichen grüssen|mit freundlichem gruß|freundliche grüße|freundliche grüsse"
    "|viele grüße|viele grüsse|liebe grüße|beste grüße|schöne grüße|herzliche grüße|mit besten grüßen|grüße|gruß"
    "|mfg|lg|vg|hochachtungsvoll|viele grüße best regards",
    "met vriendelijke groet|met vriendelijke groeten|cordialement|bien cordialement|saludos|un saludo|saludos cordiales"
    "|pozdrawiam|z poważaniem|z powazaniem|cordiali saluti|cumprimentos|с уважением",
)
CLOSINGS = frozenset(tuple(phrase.casefold().split()) for row in _CLOSINGS for phrase in row.split("|"))
MOST_CLOSING_WORDS = max(len(phrase) for phrase in CLOSINGS)
SET_OFF = frozenset({("vänligen",), ("best",), ("t",), ("br",), ("lg",), ("vg",), ("ystävällisesti",), ("kiittäen",)})
"""Closings only alone or with a sign behind them: "Vänligen återkom" is a request, "LG Skärm" a thing to order."""
CASUAL = frozenset({("mvh",), ("vh",), ("terv",)})
"""Behind these even a name in small letters is one: "mvh anna"."""
ASKED = words("mig mej er oss me us ring ringer hör soita call ruf mir")
IN_NAMES = words("och and og und ja & von af av de i på at the")

CONTACT_LABELS = words(
    "tel tfn telefon tele telephone phone mobil mobile mob cell växel direkt direktnr direct switchboard dir fax"
    " e-post epost mail e-mail email mejl e-mejl web webb www hemsida website besöksadress postadress adress address"
    " org.nr orgnr org.nr. vat bankgiro bg plusgiro pg box puh puhelin gsm vaihde sähköposti s-posti osoite y-tunnus"
    " kotisivu tlf tlf. mob. tel. tfn. cvr ean adresse hjemmeside direkte sentralbord durchwahl telefax handy sitz"
    " geschäftsführer registergericht ust-idnr hrb skype teams linkedin facebook instagram e t m p d f w tlf.nr"
    " mobilnr växel: support kundtjänst öppettider follow följ visiting postal nettsted"
)
"""What may stand before a colon in a signature. Any other label states something, and stays."""

STREETS = (
    "gatan|gata|vägen|väg|torget|torg|gränd|allé|allén|stigen|backen|platsen|plats|hamnen|kajen|box|katu|tie|kuja"
    "|polku|vej|gade|allé|vei|veien|gate|gaten|straße|strasse|str.|weg|platz|street|road|st|rd|avenue|lane|c/o"
)

SENTENCE = words(
    "jag ni du inte kan ska skall måste är blir blev fungerar går har hade vill behöver saknas gäller när hur varför"
    " att i'm you not can please need want have when why how en ei ole voi voitteko että mutta kun miksi miten on"
    " ikke jeg dere vil må skal når hvordan nicht ich bitte können wir müssen wenn warum"
)
"""Words of which one, in a line of some length, makes it a sentence: nobody's title holds them."""

SENT = "skickat|sent|skickades|lähetetty|sendt|gesendet|verzonden|envoyé|enviado|inviato|wysłano|отправлено"
BY = "från|via|med|from|using|with|fra|von|mit|vom|van|vanaf|met|depuis|desde|da|à partir de|de|z|с|by"
OWNED = words("min mitt my mein meinem meiner mijn mon mi meu mio mojego moim minun moego моего")
BRANDS = words(
    "outlook android iphone ipad ipod yahoo gmail windows samsung galaxy proton protonmail airmail mailbox spark"
    " blackberry edge huawei nokia k-9 mailspring thunderbird aol hotmail fairmail canary sony xperia oneplus pixel"
)
"""Behind "Skickat från": one of these, or "min" and whatever it is that is called so, makes it a telephone's line."""
PASSING = words(
    "igår idag nyss imorse tidigare senast yesterday today earlier eilen tänään i går dag gestern heute men och and but"
)
HAND_HELD = words(
    "mobile mobil mobilen phone telefon telefonen telefonin device tablet surfplatta puhelin handy a en the"
)
PLACES = words("mail mejl e-post konto adress jobb jobbet kontor office desk dator account address kollega chef sida")
"""But none of these: then a person tells of something that was sent."""

DEVICES = re.compile(
    r"lähetetty (?:iphone|ipad|samsung|galaxy|android|outlook|puhelime|laittee|windows|yahoo).{0,40}"
    r"|(?:skickat|skickades|sent|sendt|gesendet|verzonden) (?:från|from|fra|von|vanuit)"
    r" (?:e-post|epost|mail|e-mail|post) (?:för|for|til|für|voor) windows(?: 1[01])?"
    r"|(?:hämta|get|hanki|hae|lataa|last ned|få|hent|holen sie sich|télécharger|obtener|download)"
    r" outlook (?:for|för|til|für|pour|para) \w+"
    r"|outlook für \w+ (?:beziehen|herunterladen)"
    r"|(?:diese nachricht wurde )?von meine[mr] .{2,40} gesendet"
    r"|(?:detta meddelande|denna e-post|den här e-posten) skickades från min .{2,30}"
    r"|(?:from|från|fra) (?:my|min) (?:iphone|ipad|phone|mobil|android|samsung)\w*(?: \w{1,12})?"
    r"|從我的.{1,20}|发自我的.{1,20}"
)

_DISCLAIMER_STARTS = (
    "detta e-postmeddelande|detta epostmeddelande|detta e-mail|detta mail|detta mejl|detta meddelande|denna e-post"
    "|det här mailet|det här mejlet|det här meddelandet|informationen i detta|innehållet i detta|tänk på miljön"
    "|tänk på naturen|värna om miljön|måste du skriva ut|behöver du skriva ut|när du skickar e-post till"
    "|när du kontaktar oss|så här behandlar vi|så behandlar vi|vi behandlar personuppgifter|information om hur vi"
    "|läs om hur vi behandlar|läs mer om hur vi behandlar|sekretess|konfidentiellt|virusfri|om du inte är rätt"
    "|har du fått detta|om du har fått detta|om du fått detta|för information om hur",
    "this e-mail|this email|this message|this communication|the information in this|the information contained"
    "|the contents of this|the content of this|this mail|confidentiality|disclaimer|notice:|confidential|if you are not"
    "|if you have received|please consider the environment|think before you print|consider the environment|virus-free",
    "tämä viesti|tämä sähköposti|tämän viestin|tämän sähköpostin|tämä sähköpostiviesti|luottamuksellinen"
    "|ajattele ympäristöä|jos et ole|mikäli et ole|tietosuoja",
    "denne e-posten|denne e-post|denne eposten|denne meldingen|denne e-mail|denne mail|denne meddelelse"
    "|denne besked|tenk på miljøet|tænk på miljøet|hvis du ikke|dersom du|informasjonen i denne|oplysningerne i denne",
    "diese e-mail|diese nachricht|diese mail|der inhalt dieser|die information|bitte denken sie an|denken sie an"
    "|vertraulich|hinweis:|wenn sie nicht|falls sie nicht",
)
DISCLAIMER_STARTS = tuple(start for row in _DISCLAIMER_STARTS for start in row.split("|"))
PRIVATE_WORDS = phrases(
    "konfidentiell|sekretess|avsedd för|avsett för|adressat|rätt mottagare|avsedda mottagar|av misstag|obehörig"
    "|confidential|intended|addressee|recipient|unauthori|privileged|in error|prohibited|delete"
    "|luottamuksellis|tarkoitettu|vastaanottaja|erehdyksessä"
    "|fortrolig|konfidensiel|tiltenkt|mottaker|modtager|feilaktig|ved en feil|ved en fejl"
    "|vertraulich|bestimmt|empfänger|irrtümlich|unbefugt"
)
"""Two of these in a paragraph that begins like a disclaimer make it one; below a closing phrase, one."""
SMALL_PRINT_WORDS = (
    *PRIVATE_WORDS,
    *phrases(
        "personuppgift|dataskydd|gdpr|integritetspolicy|skriver ut|skriva ut|kontrollerats av|virusfri|genomsökt"
        "|privacy|printing|you print|virus|henkilötie|tietosuoja|tulosta|personopplysning|personoplysning|udskriver"
        "|printer|datenschutz|ausdrucken|miljö"
    ),
)
ECO_STARTS = (
    "tänk på miljön",
    "tänk på naturen",
    "värna om miljön",
    "måste du skriva ut",
    "please consider the environment",
    "think before you print",
    "consider the environment",
    "ajattele ympäristöä",
    "tenk på miljøet",
    "tænk på miljøet",
    "bitte denken sie an die umwelt",
    "denken sie an die umwelt",
    "virusfri",
    "virus-free",
)

FIRMS = words("ab oy oyj as a/s aps asa gmbh ag ltd limited inc llc hb kb kommun region group i/s ivs bv plc koncernen")
"""One of these in a line below a name makes it a firm's."""
