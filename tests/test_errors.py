"""Exit codes, and how problems read."""

import pytest

from producthead_mail.errors import (
    AttentionError,
    InputError,
    Interrupted,
    MailError,
    OutsideError,
    Problem,
    Refusal,
    UsageError,
    suggestion,
)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (Refusal, 1),
        (UsageError, 2),
        (InputError, 3),
        (OutsideError, 4),
        (AttentionError, 5),
        (Interrupted, 130),
    ],
)
def test_exit_codes(error: type[MailError], code: int) -> None:
    assert error.exit_code == code


@pytest.mark.parametrize(
    ("problem", "line"),
    [
        (
            Problem("a.md", 3, 7, "unknown key 'x'", "did you mean 'y'?"),
            "a.md:3:7: unknown key 'x'; did you mean 'y'?",
        ),
        (Problem("a.md", 3, 0, "empty"), "a.md:3: empty"),
        (Problem("a.md", 0, 0, "not there"), "a.md: not there"),
    ],
)
def test_a_problem_says_where_what_and_the_remedy(problem: Problem, line: str) -> None:
    assert str(problem) == line


def test_an_input_error_lists_every_problem_in_order_of_place() -> None:
    error = InputError(
        [Problem("b", 1, 1, "third"), Problem("a", 9, 1, "second"), Problem("a", 2, 5, "first")]
    )
    assert str(error) == "a:2:5: first\na:9:1: second\nb:1:1: third"


def test_suggestion() -> None:
    assert suggestion("first_nam", ["email", "first_name"]) == "did you mean 'first_name'?"
    assert suggestion("zzz", ["email", "first_name"]) == ""
