"""Whether somebody's own words are a plain yes or a plain no, in three languages, and nothing else.

Strict on purpose, for an order or a grant may hang on it: "Ja, men inte före fredag" is neither. Greetings, thanks and
the writer's own name do not count. What follows from an answer is for those who asked.
"""

from mailgate.classify.words import BREAK, fold, words_of

_YES = frozenset(
    [
        "ja",
        "japp",
        "jajamansan",
        "absolut",
        "garna",
        "visst",
        "ok",
        "okej",
        "okay",
        "godkant",
        "godkanns",
        "jag godkanner",
        "vi godkanner",
        "ja det gar bra",
        "det gar bra",
        "kor",
        "kor pa",
        "yes",
        "yep",
        "sure",
        "approved",
        "i approve",
        "we approve",
        "agreed",
        "go ahead",
        "please do",
        "yes please",
        "kylla",
        "joo",
        "juu",
        "hyvaksyn",
        "hyvaksymme",
        "hyvaksytty",
        "sopii",
        "kay",
        "selva",
    ]
)
_NO = frozenset(
    [
        "nej",
        "nej tack",
        "nix",
        "inte",
        "avslas",
        "avbojs",
        "jag avbojer",
        "vi avbojer",
        "jag godkanner inte",
        "vi godkanner inte",
        "no",
        "nope",
        "declined",
        "i decline",
        "we decline",
        "rejected",
        "not approved",
        "ei",
        "ei kiitos",
        "en hyvaksy",
        "emme hyvaksy",
        "hylataan",
        "hylkaan",
    ]
)
_COURTESY = frozenset(
    [
        "tack",
        "tackar",
        "mycket",
        "sa",
        "hej",
        "hejsan",
        "hello",
        "hi",
        "thanks",
        "thank",
        "you",
        "please",
        "kiitos",
        "kiitoksia",
        "paljon",
        "hei",
        "moi",
        "terve",
        "god",
        "morgon",
        "dag",
        "mvh",
        "vh",
        "terv",
        "br",
    ]
)
_GREETINGS = frozenset({"hej", "hejsan", "hello", "hi", "hei", "moi", "terve"})
_NAME_WORDS = 2
_MOST_WORDS = 20


def answer_of(text: str, *, name: str = "") -> bool | None:
    """True for yes, False for no, None for anything else; ``name``: the writer's display name.

    Several clauses must all say the same: "Ja, godkänns." is a yes, "Ja. Nej." nothing.
    """
    if "?" in text:
        return None
    clauses = _clauses(text, ignored=_COURTESY | frozenset(words_of(fold(name))))
    answers = {_answer(clause) for clause in clauses}
    return answers.pop() if len(answers) == 1 else None


def _answer(clause: str) -> bool | None:
    if clause in _YES:
        return True
    return False if clause in _NO else None


def _clauses(text: str, *, ignored: frozenset[str]) -> list[str]:
    """What is said, without courtesy; an endless text as one clause that is no answer."""
    words = [word for line in text.strip().splitlines() for word in (*words_of(line), BREAK)]
    if len([word for word in words if word != BREAK]) > _MOST_WORDS:
        return [""]
    clauses: list[list[str]] = [[]]
    for word in words:
        if word == BREAK:
            clauses.append([])
        else:
            clauses[-1].append(word)
    said = [" ".join(word for word in clause if word not in ignored) for clause in clauses if not _greets(clause)]
    return [clause for clause in said if clause]


def _greets(clause: list[str]) -> bool:
    """Such as: Hej Sven, Hi all."""
    greeted = " ".join(clause[1:])
    return clause[:1] != [] and clause[0] in _GREETINGS and len(clause) <= 1 + _NAME_WORDS and _answer(greeted) is None
