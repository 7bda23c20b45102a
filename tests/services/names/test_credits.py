# ruff: noqa: RUF001  (signs that look like others are what these tests are about)
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.names import candidates, credited, lead, normalized, primary_artist
from services.names.credits import LONGEST_CREDIT, MOST_CUTS, MOST_TOLD_APART

# The first artist of a credit that names its guests as such.
LED = {
    "short, with a dot": ("Nova Ruiz ft. Ana", "Nova Ruiz"),
    "short, without": ("Nova Ruiz feat Ana", "Nova Ruiz"),
    "in full": ("Nova Ruiz Featuring Ana & Bo", "Nova Ruiz"),
    "in capitals": ("NOVA RUIZ FEAT. ANA", "NOVA RUIZ"),
    "in brackets": ("Nova Ruiz (feat. Ana)", "Nova Ruiz"),
    "in square brackets": ("Nova Ruiz [Ft. Ana]", "Nova Ruiz"),
    "in wide brackets": ("Nova Ruiz（feat. Ana）", "Nova Ruiz"),
    "with, in brackets": ("Nova Ruiz (with Ana)", "Nova Ruiz"),
    "after a dash": ("Nova Ruiz - feat. Ana", "Nova Ruiz"),
    "after a comma": ("Nova Ruiz, feat. Ana", "Nova Ruiz"),
    "without a space behind": ("Nova Ruiz feat.初音ミク", "Nova Ruiz"),
    "without a space before, where there are none": ("初音ミクfeat.Nova", "初音ミク"),
    "a slash": ("Nova Ruiz f/ Ana", "Nova Ruiz"),
    "a slash that touches the guest": ("NOVA RUIZ f/ANA", "NOVA RUIZ"),
    "a duet": ("Nova Ruiz in duet with Ana", "Nova Ruiz"),
    "a producer": ("Nova Ruiz (prod. Ana)", "Nova Ruiz"),
    "Greek": ("Nova Ruiz συμμ. Ana", "Nova Ruiz"),
    "Cyrillic": ("Нова при участии Ани", "Нова"),
    "Korean": ("노바 (피처링 아나)", "노바"),
    "guests of guests": ("Nova Ruiz feat. Ana feat. Bo", "Nova Ruiz"),
    "a name that ends with the word": ("Little Feat feat. Ana", "Little Feat"),
    "other signs": ("Nova & the Ruiz, Bo feat. Ana", "Nova & the Ruiz, Bo"),
}
WHOLE = {
    "the word at the end": "Little Feat",
    "the word with nothing behind it": "Nova feat.",
    "nothing before it": "feat. Ana",
    "a word that begins so": "Nova Feather",
    "a word that ends so": "Nova defeat Ana",
    "no space": "Novaft.Ana",
    "an initial": "John F. Novak",
    "with, outside brackets": "Come With Nova",
    "a bracket of another kind": "Nova (UK)",
    "signs": "Earth, Wind & Fire",
}
# Who is known, and whom the credit names first then.
KNOWN = {
    "the whole": ("Earth, Wind & Fire", ["Earth", "Earth, Wind & Fire"], "Earth, Wind & Fire"),
    "a name with a comma": ("Tyler, The Creator", ["Tyler", "Tyler, The Creator"], "Tyler, The Creator"),
    "a name with a comma, and another": (
        "Tyler, The Creator, Ana",
        ["Tyler", "Tyler, The Creator"],
        "Tyler, The Creator",
    ),
    "the longest": ("Ana, Bo, Cy & Di", ["Ana, Bo", "Ana", "Ana, Bo & Cy"], "Ana, Bo"),
    "the guests' whole": ("Little Feat feat. Ana", ["Little", "Little Feat"], "Little Feat"),
    "an x in a name": ("Chloe x Halle", ["Chloe", "Chloe x Halle"], "Chloe x Halle"),
    "an x between names": ("Nova X Ana", ["Nova"], "Nova"),
    "an x at the end": ("Lil Nova X & Ana", ["Lil Nova", "Lil Nova X"], "Lil Nova X"),
    "a multiplication sign": ("米津玄師×菅田将暉", ["米津玄師"], "米津玄師"),
    "a middle dot": ("米津玄師・菅田将暉", ["米津玄師"], "米津玄師"),
    "a wide comma": ("周杰倫、費玉清", ["周杰倫"], "周杰倫"),
    "a slash": ("Nova/Ana", ["Nova"], "Nova"),
    "a slash in a name": ("AC/DC", ["AC/DC", "AC"], "AC/DC"),
    "a plus": ("Nova + Ana", ["Nova"], "Nova"),
    "a plus in a word": ("C+C Nova", ["C", "C+C Nova"], "C+C Nova"),
    "against": ("Nova vs. Ana", ["Nova"], "Nova"),
    "and, in another language": ("Нова и Аня", ["Нова"], "Нова"),
    "with, in another language": ("Nova con Ana", ["Nova"], "Nova"),
    "spelled another way": ("BEYONCE & Nova", ["Beyoncé"], "BEYONCE"),
    "a guest": ("Nova feat. Ana", ["Ana"], "Nova"),
    "the second": ("Nova & Ana", ["Ana"], "Nova & Ana"),
    "a number with a comma": ("10,000 Novas", ["10"], "10,000 Novas"),
    "nobody": ("Nova & Ana", [], "Nova & Ana"),
}
# Who is known, and all whom the credit names then.
NAMED = {
    "guests": ("Nova feat. Ana & Bo", ["Ana", "Bo"], ("Nova", "Ana", "Bo")),
    "guests in brackets": ("Nova (feat. Ana) [Remix]", [], ("Nova", "Ana")),
    "guests of whom one isn't known": ("Nova feat. Ana & Bo", ["Ana"], ("Nova", "Ana & Bo")),
    "guests of guests": ("Nova feat. Ana ft. Bo", [], ("Nova", "Ana", "Bo")),
    "a band": ("Earth, Wind & Fire", ["Earth", "Wind", "Fire", "Earth, Wind & Fire"], ("Earth, Wind & Fire",)),
    "a band with a guest": ("Earth, Wind & Fire feat. Ana", [], ("Earth, Wind & Fire", "Ana")),
    "a name with a comma beside another": (
        "Tyler, The Creator, Ana",
        ["Tyler", "Tyler, The Creator", "Ana"],
        ("Tyler, The Creator", "Ana"),
    ),
    "three": ("Ana, Bo & Cy", ["Ana", "Bo", "Cy"], ("Ana", "Bo", "Cy")),
    "the longest, where all of the rest is known": ("Ana, Bo & Cy", ["Ana", "Ana, Bo", "Bo", "Cy"], ("Ana, Bo", "Cy")),
    "the shorter, where the longest leaves a rest": ("Ana, Bo & Cy", ["Ana, Bo", "Ana", "Bo & Cy"], ("Ana", "Bo & Cy")),
    "nobody known": ("Ana, Bo & Cy", [], ("Ana, Bo & Cy",)),
    "twice": ("Nova feat. Nova", [], ("Nova",)),
    "one": ("Nova", [], ("Nova",)),
    "none": (" ", [], ()),
}
TEXTS = st.text(max_size=80)
MARKS = st.sampled_from(
    [" feat. ", " & ", ", ", " x ", " (ft. ", ")", " ", "the", "!!!", "노바", "Nova", "\n", "/", "é"]
)


@pytest.mark.parametrize(("credit", "artist"), LED.values(), ids=LED)
def test_what_stands_before_the_guests_leads(credit: str, artist: str) -> None:
    assert lead(credit) == artist


@pytest.mark.parametrize("credit", WHOLE.values(), ids=WHOLE)
def test_a_credit_without_guests_leads_whole(credit: str) -> None:
    assert lead(credit) == credit


@pytest.mark.parametrize(("credit", "known", "artist"), KNOWN.values(), ids=KNOWN)
def test_the_longest_name_that_is_known_is_the_first_artist(credit: str, known: list[str], artist: str) -> None:
    keys = set(map(normalized, known))

    assert primary_artist(credit, lambda name: normalized(name) in keys) == artist


@pytest.mark.parametrize(("credit", "known", "expected"), NAMED.values(), ids=NAMED)
def test_joined_names_are_told_apart_where_each_is_known(
    credit: str, known: list[str], expected: tuple[str, ...]
) -> None:
    assert credited(credit, known.__contains__) == expected


def test_a_list_without_end_is_one_name() -> None:
    listed = ", ".join(f"A{number}" for number in range(MOST_TOLD_APART + 2))

    assert credited(listed, lambda _: True) == (listed,)


@given(TEXTS | st.lists(MARKS, max_size=30).map("".join), st.booleans())
def test_every_name_of_a_credit_is_a_part_of_it(credit: str, is_known: bool) -> None:
    line = candidates(credit)[0] if candidates(credit) else ""

    assert all(name and name in line for name in credited(credit, lambda _: is_known))


def test_candidates_are_beginnings_of_the_credit_the_whole_first() -> None:
    assert candidates("Ana, Bo & Cy feat. Di") == ("Ana, Bo & Cy feat. Di", "Ana, Bo & Cy", "Ana, Bo", "Ana")


def test_of_a_long_list_the_shortest_names_are_kept() -> None:
    found = candidates(", ".join(f"Artist {number}" for number in range(1000)))

    assert len(found) == MOST_CUTS + 1
    assert found[-2:] == ("Artist 0, Artist 1", "Artist 0")
    assert len(found[0]) == LONGEST_CREDIT


@pytest.mark.parametrize("credit", ["", " ", "\n\t"])
def test_nothing_has_no_candidate(credit: str) -> None:
    assert candidates(credit) == ()


@given(TEXTS | st.lists(MARKS, max_size=30).map("".join))
def test_every_candidate_is_shorter_than_the_one_before_and_there_to_be_seen(credit: str) -> None:
    found = candidates(credit)

    assert all(longer.startswith(shorter) for longer, shorter in pairwise(found))
    assert all(found)
    assert (lead(credit) in found) is bool(found)
