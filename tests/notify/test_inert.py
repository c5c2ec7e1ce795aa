import sys
import unicodedata

from mailgate.notify.inert import inert, one_line

EVERYTHING = "".join(map(chr, range(sys.maxunicode + 1)))
ACTING_IN_BIDI = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI", "BN"}


def test_of_all_code_points_none_is_left_that_controls_or_turns_direction() -> None:
    left = [
        f"{ord(char):04X}"
        for char in inert(EVERYTHING)
        if char not in "\n\t"
        and (unicodedata.category(char) in {"Cc", "Cs"} or unicodedata.bidirectional(char) in ACTING_IN_BIDI)
    ]
    assert left == []


def test_marks_without_a_shape_are_gone() -> None:
    for mark in "\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u2028\u2060\u2066\u202e\ufeff\U000e0041":
        assert inert(f"a{mark}b").replace("\n", "") == "ab", hex(ord(mark))


def test_what_people_write_stays() -> None:
    text = "Hej!\n\n\tÅäö – ”nu” € 100 % … 日本語 ελληνικά עברית 😀\n"
    assert inert(text) == text


def test_every_line_end_becomes_a_newline() -> None:
    assert inert("a\r\nb\rc\u2028d\u2029e\x85f\vg\fh\ni") == "a\nb\nc\nd\ne\nf\ng\nh\ni"


def test_one_line_has_single_spaces_and_no_line_end() -> None:
    assert one_line("  Lön\r\nBcc: a@b.example \t\u00a0 \u3000 \x00nu\x1b[31m ") == "Lön Bcc: a@b.example nu[31m"
    assert one_line(EVERYTHING).split("\n") == [one_line(EVERYTHING)]
