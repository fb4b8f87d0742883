"""Every threshold of the rules, with what it is taken from; the rule table quotes them."""

from __future__ import annotations

CLIP_ERROR = 100_000
"""Bytes of HTML. Gmail was seen to cut between 99.5 and 100.2 kB (email-bugs#41)."""
CLIP_WARNING = 85_000
SIMULATED_MOST = 500_000
"""Bytes of HTML, five times what Gmail shows, beyond which no client is simulated: 7 seconds a megabyte."""
STYLE_ERROR = 16_384
"""Bytes of style sheets Gmail keeps (email-bugs#90)."""
STYLE_WARNING = 14_000

SUBJECT_WIDE = 70
"""Characters Gmail shows in a browser."""
SUBJECT_NARROW = 40
"""Characters a phone shows."""
SUBJECT_SHOUT = 10
"""Characters from which capitals alone are shouting rather than a name (SpamAssassin's SUBJ_ALL_CAPS)."""
SUBJECT_EMOJI = 1
"""Emoji a subject may have."""
PREHEADER_MOST = 140
PREHEADER_LEAST = 35

CONTRAST = 4.5
CONTRAST_LARGE = 3.0
"""WCAG 2.2, 1.4.3."""
CONTRAST_FORCED = 3.0
"""Under this a client's dark mode can't be read; above it is for information: the formula is not proven."""
LARGE_PIXELS = 24.0
LARGE_BOLD_PIXELS = 18.66
"""18 and 14 points, which WCAG calls large."""
INVISIBLE = 1.5
"""Contrast under which a filter takes shown text for hidden (our own)."""
SIZE_ERROR = 9.0
SIZE_WARNING = 12.0
SIZE_RUNNING = 14.0
"""Pixels; below this, text longer than a label is tiring."""
LABEL_LENGTH = 60
TARGET = 44
"""Pixels a finger hits (WCAG 2.2, 2.5.5)."""
TARGET_LEAST = 24
"""Pixels, also between the middles of two small targets (WCAG 2.2, 2.5.8)."""
PHONE_WIDTH = 375

IMAGE_BYTES = 1024 * 1024
"""One picture (react-email's limit)."""
IMAGES_BYTES = 2 * 1024 * 1024
"""All pictures (nobody publishes one: our own)."""
IMAGES_BYTES_INFO = 800 * 1024

LINK_COUNT = 100
LINK_REPEATED = 4
"""Links with one address."""
LINK_LONG = 2_000
"""Characters; Outlook on Windows gives up at 2,083."""

WORDS_LEAST = 1_600
"""Bytes of words beside pictures: HTML_IMAGE_ONLY_04 to _16 weigh 0.3 to 1.8 points on a mail server."""
WORDS_FEW = 3_200
"""Under this the last of them, HTML_IMAGE_ONLY_32, fires."""
ICON_PIXELS = 64
"""Narrower pictures are icons."""
SPAM_WARNING = 3.0
"""Points of spam phrases, or of SpamAssassin."""
SPAM_ERROR = 5.0
"""Points from which SpamAssassin calls a mail spam."""
STUB = 3
"""The HTML has this many times the words of a stub of a text part."""

FETCH_COUNT = 100
"""Addresses asked by --links."""
FETCH_BYTES = 64 * 1024
"""Bytes read of one answer."""
FETCH_SECONDS = 10.0
"""For one address, with its redirects."""
FETCH_SECONDS_ALL = 60.0
FETCH_AT_ONCE = 4
FETCH_REDIRECTS = 5
