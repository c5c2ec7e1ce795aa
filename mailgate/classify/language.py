"""Swedish, English or Finnish: a vote of the small words, which every text of any length is full of.

Norwegian and Danish count as Swedish: their writers read it. On doubt it is the default, so nobody gets an answer in a
language that was guessed from one odd word.
"""

from collections import Counter

from mailgate.classify.words import words_of
from mailgate.domain.customer import Language

# Folded, and only words that mean nothing in the other two: no "on" (fi, en), "man" (sv, en), "en" (sv, fi), "for".
# No words of greeting at the end either: signatures are often in another language than the mail.
_VOTERS = {
    Language.SWEDISH: "och att det som pa ar inte av till med jag vi ni den ett har kan hej nar fran eller hur vad min "
    "mitt mina er ert era oss ska skall kunde blir blev finns maste nagon nagot hos efter tack "
    "gar far fick bara ocksa nar dar har ingen inget alla detta denna dessa vara varit skulle "
    "vill hjalp fraga fel faktura lon god morgon jag ikke jeg og af ved hvad hvordan takk tak mig dig kunne",
    Language.ENGLISH: "the and of is to it that you we are was with this have has not be from our your can could "
    "would when how what which there please hello hi dear thanks thank does do did but or if my "
    "us they been should will help need cannot cant dont doesnt invoice any",
    Language.FINNISH: "ja ei etta joka mutta kun niin myos tai jos ovat olen olemme oli ole meilla minulla teilla "
    "teidan meidan hei moi terve kiitos kiitoksia voiko voitteko voisiko miten mita missa miksi "
    "mika tama taman tata nyt kanssa jalkeen ennen vain viela enaa emme eivat saa saada saamme pitaa pitaisi taytyy "
    "lasku laskun laskut ohjelma ohjelman ohjelmassa jarjestelma jarjestelmassa toimi toimii virhe virheen palkka "
    "hyvaa paivaa huomenta apua tarvitsemme haluaisimme kysymys",
}
_BALLOT = {word: language for language, words in _VOTERS.items() for word in words.split()}
_WORDS_COUNTED = 2_000


def language_of(text: str, default: Language) -> Language:
    """The language that most small words speak for; the default where none or two of them lead."""
    words = words_of(text[: _WORDS_COUNTED * 20])[:_WORDS_COUNTED]
    leading = Counter(_BALLOT[word] for word in words if word in _BALLOT).most_common(2)
    match leading:
        case [(language, _)]:
            return language
        case [(language, votes), (_, others)] if votes > others:
            return language
        case _:
            return default
