"""How the signs look at a mail: its fields without comments, who it says it is from, how its subject begins."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from mailgate.domain.mail import Address, ParsedMail

_SUBJECT = 400
_BRACKETS = str.maketrans('<>"', "   ")
_QUOTED_PAIR = re.compile(r"\\.")
_FORWARD = re.compile(r"\s*(?:\[[^\]]{1,40}\]\s*)?(fwd?|vb|vs|vl|wg|tr|rv|enc|doorst|i|pd)\s*:", re.IGNORECASE)
_ANSWER = re.compile(r"\s*(?:\[[^\]]{1,40}\]\s*)?(re|sv|aw|vs|ang|antw|rif|odp)\s*(\[\d+\])?:", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)  # no slots: what nearly every sign asks for is kept
class Seen:
    """A mail, with what is known of its envelope and of ourselves."""

    mail: ParsedMail
    null_reverse_path: bool = False
    own_addresses: Collection[str] = frozenset()

    @cached_property
    def _by_name(self) -> Mapping[str, list[str]]:
        by_name: dict[str, list[str]] = {}
        for name, value in self.mail.headers:
            by_name.setdefault(name, []).append(value)
        return by_name

    def fields(self, name: str) -> Sequence[str]:
        """The values of all fields of that name (lower case)."""
        return self._by_name.get(name, ())

    def present(self, names: Iterable[str]) -> list[str]:
        """Those of these names (lower case) of which there is a field: of most that signs look for there is none."""
        return [name for name in names if name in self._by_name]

    def words(self, name: str) -> list[str]:
        """The same without comments, in lower case."""
        return [without_comments(value).strip().lower() for value in self.fields(name)]

    @property
    def submitted(self) -> list[str]:
        """The keywords of Auto-Submitted that speak of a machine."""
        # RFC 3834 §5: parameters and comments are legal, unknown keywords are automatic. An empty field says nothing.
        keywords = [value.partition(";")[0].strip() for value in self.words("auto-submitted")]
        return [keyword for keyword in keywords if keyword not in {"no", ""}]

    @property
    def no_way_back(self) -> bool:
        """Whether it came from the null reverse-path, by the envelope or by what the last server noted of it."""
        return self.null_reverse_path or any(value.strip() == "<>" for value in self.fields("return-path"))

    @cached_property
    def author(self) -> Address:
        """Who it says wrote it; where there is no plain mailbox the first word and the whole of the field."""
        # "From: MAILER-DAEMON (Mail Delivery System)" has no addr-spec, so it is nobody's address, yet it says who.
        if self.mail.author is not None:
            return self.mail.author
        field = (self.mail.header("from") or "")[:200]
        words = field.translate(_BRACKETS).split()
        spec = next((word for word in words if "@" in word), words[0] if words else "")
        return Address(spec=spec.strip("(),;"), name=field.partition("<")[0].strip(' "'))

    @cached_property
    def subject(self) -> str:
        """As much of it as a machine's words take."""
        return " ".join(self.mail.subject.split())[:_SUBJECT]

    @property
    def local_part(self) -> str:
        return self.author.spec.partition("@")[0].lower()

    @cached_property
    def passed_on(self) -> bool:
        """Whether a person passes on, or answers, what somebody else wrote."""
        return _FORWARD.match(self.subject) is not None or _ANSWER.match(self.subject) is not None


def without_comments(value: str) -> str:
    """RFC 5322 §3.2.2: comments nest, and a backslash quotes a bracket in them."""
    if "(" not in value:
        return value[:1_000]
    kept: list[str] = []
    depth = 0
    for char in _QUOTED_PAIR.sub("", value[:1_000]):
        depth += (char == "(") - (char == ")" and depth > 0)
        if depth == 0 and char != ")":
            kept.append(char)
    return "".join(kept)
