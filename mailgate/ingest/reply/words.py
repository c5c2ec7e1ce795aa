"""The words by which history is known, in the languages that customers write in, and in some of their neighbours'.

A row is a language. Only what mail programs write stands here; what people write is in ``sign_off_words``.
"""

_LABELS = {
    "from": "från|avsändare|from|lähettäjä|fra|von|van|de|da|od|от|expéditeur",
    "reply_to": "svara till|reply-to|svar till|vastausosoite|antwort an",
    "sent": "skickat|datum|sent|date|lähetetty|päivämäärä|päiväys|pvm|sendt|dato|gesendet|verzonden|enviado|envoyé"
    "|inviato|wysłano|data|дата|отправлено|fecha",
    "to": "till|to|vastaanottaja|til|an|aan|para|à|a|do|кому",
    "cc": "kopia|cc|kopio|kopi|copie|копия",
    "subject": "ämne|subject|aihe|otsikko|emne|betreff|onderwerp|asunto|objet|oggetto|temat|assunto|тема",
    "bcc": "bcc|hemlig kopia|piilokopio|blindkopi",
    "other": "bilagor|attachments|liitteet|vedlegg|vedhæftede filer|anlagen|prioritet|importance|tärkeys|organisation",
}
LABELS = {word: kind for kind, words in _LABELS.items() for word in words.split("|")}

VERBS = (
    "skrev|har skrivit|skreiv|wrote|writes|kirjoitti|schrieb|geschrieben|schreef|escribió|escreveu|a écrit|ha scritto"
    "|napisał|napisał(a)|написал|написала|пише|写道"
)
FOLLOWING = "följande|följande:|the following|as follows|folgendes|het volgende|seuraavaa|følgende"

HISTORY_SEPARATORS = (
    "ursprungligt meddelande|ursprungligt mail|ursprungligt mejl|ursprungligt e-postmeddelande|originalmeddelande"
    "|original message|original appointment|reply message|alkuperäinen viesti|opprinnelig melding|original melding"
    "|oprindelig meddelelse|oprindelig besked|originalmeddelelse|ursprüngliche nachricht|originalnachricht"
    "|original nachricht|original-nachricht|ursprünglicher termin|mensaje original|message d'origine"
    "|message original|oorspronkelijk bericht|messaggio originale|mensagem original|исходное сообщение"
)
FORWARD_SEPARATORS = (
    "vidarebefordrat meddelande|vidarebefordrat mail|vidarebefordrat mejl|vidarebefordrat brev"
    "|forwarded message|begin forwarded message|forwarded mail|välitetty viesti|välitetty viesti alkaa"
    "|edelleenlähetetty viesti|edelleen lähetetty viesti|videresendt melding|videresendt besked"
    "|start på videresendt besked|videresendt meddelelse|videresendt mail|videresendt e-post"
    "|weitergeleitete nachricht|anfang der weitergeleiteten nachricht|message transféré|mensaje reenviado"
)
FORWARD_SUBJECTS = ("vb:", "fw:", "fwd:", "vl:", "wg:", "vs. fwd:")
"""Not "VS:", which is Norwegian for forwarded and Finnish for answered."""

REPLY_ABOVE = (
    "ovanför denna rad|ovanför den här raden|ovanför raden|above this line|reply above|tämän rivin yläpuolelle"
    "|over denne linje|over denne linjen|über dieser zeile|oberhalb dieser zeile"
)

POINTERS = (
    "se nedan|se mail nedan|se mejl nedan|se mailet nedan|se mejlet nedan|se meddelande nedan|se nedanstående"
    "|nedanstående mail|nedanstående mejl|se mina svar|mina svar nedan|svar nedan|svarar nedan|svaren nedan"
    "|svar i texten|svar i rött|svarat i rött|svarar i rött|svar i mailet nedan|kommentarer i texten"
    "|vidarebefordrar|skickar vidare|för kännedom|fyi|see below|see the mail below|mail below|email below"
    "|e-mail below|answers below|replies below|comments below|comments inline|inline below|answers in red|forwarding"
    "|ks. alla|kts. alla|katso alla|katsokaa alla|alla oleva|vastaukset alla|vastaan alle|välitän|tiedoksi"
    "|se nedenfor|se under|se nedenstående|svar under|svar nedenfor|videresender|til orientering"
    "|siehe unten|s. unten|antworten unten|antworten im text|zur info|zur kenntnis|ich leite"
)
"""A person who writes one of these in few words means what stands below; so it is not cut."""
