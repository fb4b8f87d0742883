"""Dates of editions as each language writes them."""

from datetime import date

import pytest

from producthead_mail.rendering.dates import in_words


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "1 February 2024"),
        ("en-GB", "1 February 2024"),
        ("en-US", "February 1, 2024"),
        ("de", "1. Februar 2024"),
        ("de-CH-1996", "1. Februar 2024"),
        ("PT-br", "1 de fevereiro de 2024"),
        ("ja", "2024年2月1日"),
        ("tlh", "1 February 2024"),
    ],
)
def test_a_date_is_in_the_words_of_the_language_else_english(language: str, words: str) -> None:
    assert in_words(date(2024, 2, 1), language) == words
