"""Names as addresses and in the alphabet."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producthead_mail.archive.naming import LONGEST, letter_of, slug_of


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Randy Silver", "randy-silver"),
        ("Leah’s ProducTea", "leahs-productea"),
        ("Leah's  producTEA", "leahs-productea"),
        ("A/B & C", "a-b-c"),
        ("../../etc/passwd", "etc-passwd"),
        ("José Ångström", "josé-ångström"),
        ("李明", "李明"),
        ("Strauß", "strauss"),
        ("कीर्ति", "कीर्ति"),
        ("कार्ति", "कार्ति"),
        ("I ❤️ Maps", "i-maps"),
        ("?!", ""),
        ("", ""),
    ],
)
def test_a_slug_has_letters_digits_and_hyphens(name: str, slug: str) -> None:
    assert slug_of(name) == slug


@given(st.text(max_size=300))
def test_a_slug_is_one_part_of_a_path_and_its_own_slug_unless_cut(name: str) -> None:
    slug = slug_of(name)
    assert "/" not in slug
    assert "\\" not in slug
    assert not slug.startswith((".", "-"))
    assert len(slug) <= LONGEST + 9
    assert len(slug.encode()) <= 250


def test_a_slug_of_letters_that_take_four_bytes_is_short_enough_for_a_file_system() -> None:
    assert len(slug_of("\U00010330" * 80).encode()) == 249


@pytest.mark.parametrize(
    ("slug", "letter"),
    [
        ("silver", "S"),
        ("émile", "E"),
        ("ångström", "A"),
        ("жук", "Ж"),
        ("9-lives", "#"),
        ("李明", "#"),
        ("", "#"),
    ],
)
def test_a_name_is_listed_under_its_letter(slug: str, letter: str) -> None:
    assert letter_of(slug) == letter
