"""What would take minutes to read is refused before it is."""

import pytest

from producthead_mail.content.feed_bounds import excess

DEEP = "has elements nested more than 256 deep"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"<a>" * 256 + b"</a>" * 256, ""),
        (b"<a>" * 257, DEEP),
        (("<a>" * 257).encode("utf-16"), DEEP),
        (b"<a x='>'>" * 257, DEEP),
        (b"<a/>" * 1000 + b"<b></b>" * 1000, ""),
        (b"<item><p>one<br>two</item>" * 1000, ""),
        (b"<d><![CDATA[" + b"<div>" * 1000 + b"]]></d>", ""),
        (b"<!--" + b"<a>" * 1000 + b"-->", ""),
        (b"<!--" + b"<a>" * 1000, ""),
        (b"<a " + b"b='' " * 200 + b"/>", ""),
        (b"<a " + b"b='' " * 201 + b"/>", "has an element with more than 200 attributes"),
        (b"<a></a>" * 200_001, "has more than 200,000 elements"),
        (b"&" * 600_001, "has more than 600,000 tags and entities"),
        (b"", ""),
    ],
)
def test_a_feed_is_refused_by_what_is_too_much_of_it(data: bytes, said: str) -> None:
    assert excess(data) == said
