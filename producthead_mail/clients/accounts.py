"""caniemail's notes that depend on whose account is read in an app."""

from __future__ import annotations

from producthead_mail.clients.verdict import Account

_NOT_FOREIGN = {
    "css-at-media": 6,
    "css-background-blend-mode": 1,
    "css-background-clip": 1,
    "css-background-size": 1,
    "css-comments": 2,
    "css-display-flex": 1,
    "css-display-grid": 1,
    "css-font-size-adjust": 2,
    "css-function-clamp": 1,
    "css-function-max": 1,
    "css-function-min": 1,
    "css-intrinsic-size": 3,
    "css-mix-blend-mode": 1,
    "css-object-fit": 1,
    "css-object-position": 1,
    "css-pseudo-class-hover": 1,
    "css-selector-adjacent-sibling": 1,
    "css-selector-attribute": 6,
    "css-selector-chaining": 1,
    "css-selector-child": 1,
    "css-selector-class": 1,
    "css-selector-descendant": 1,
    "css-selector-general-sibling": 1,
    "css-selector-grouping": 1,
    "css-selector-id": 1,
    "css-selector-type": 1,
    "css-selector-universal": 1,
    "css-text-decoration": 1,
    "css-text-decoration-color": 3,
    "css-text-overflow": 1,
    "css-unit-calc": 1,
    "css-unit-initial": 2,
    "css-variables": 2,
    "css-white-space": 1,
    "css-writing-mode": 1,
    "html-background": 1,
    "html-button-reset": 1,
    "html-button-submit": 1,
    "html-input-reset": 1,
    "html-input-submit": 1,
    "html-strike": 1,
    "html-style": 2,
    "image-tiff": 2,
}
_ONLY_FOREIGN = {
    "css-box-shadow": 1,
    "html-meter": 1,
    "html-progress": 1,
    "html-required": 1,
    "html-rp": 1,
    "html-rt": 1,
    "html-ruby": 1,
    "html-wbr": 1,
    "image-svg": 1,
}
_NOT_MICROSOFT = {
    "css-at-font-face": 8,
    "css-at-media": 9,
    "css-conic-gradient": 1,
    "css-function-clamp": 2,
    "css-function-light-dark": 3,
    "css-function-max": 2,
    "css-function-min": 2,
    "css-linear-gradient": 2,
    "css-nesting": 4,
    "css-transition": 5,
    "html-popover": 1,
}

ACCOUNTS: dict[tuple[str, int], Account] = {
    **dict.fromkeys(_NOT_FOREIGN.items(), Account.NOT_FOREIGN),
    **dict.fromkeys(_ONLY_FOREIGN.items(), Account.ONLY_FOREIGN),
    **dict.fromkeys(_NOT_MICROSOFT.items(), Account.NOT_MICROSOFT),
}
"""(slug, number of the note) -> the account on which it depends."""
