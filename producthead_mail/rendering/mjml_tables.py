"""What MJML knows: tags and attributes."""

from __future__ import annotations

TAGS = frozenset(
    """
    mjml mj-head mj-body mj-attributes mj-all mj-class mj-breakpoint mj-font mj-preview mj-style
    mj-title mj-raw mj-section mj-column mj-group mj-wrapper mj-hero mj-text mj-image mj-button
    mj-divider mj-spacer mj-table mj-social mj-social-element mj-navbar mj-navbar-link mj-accordion
    mj-accordion-element mj-accordion-title mj-accordion-text mj-carousel mj-carousel-image
    """.split()  # noqa: SIM905 - readable
)

ATTRIBUTES = frozenset(
    """
    align alt background-color background-height background-position background-position-x
    background-position-y background-repeat background-size background-url background-width base-url
    border border-bottom border-collapse border-color border-left border-radius border-right
    border-style border-top border-width cellpadding cellspacing color container-background-color
    css-class dir direction fluid-on-mobile font-family font-size font-style font-weight full-width
    hamburger height href icon-align icon-height icon-padding icon-position icon-size icon-unwrapped-alt
    icon-unwrapped-url icon-width icon-wrapped-alt icon-wrapped-url inline inner-background-color
    inner-border inner-border-bottom inner-border-left inner-border-radius inner-border-right
    inner-border-top inner-padding inner-width lang left-icon letter-spacing line-height max-height
    max-width media mj-class mode name owa padding padding-bottom padding-left padding-right padding-top
    position rel right-icon role sizes src srcset tb-border tb-border-radius tb-hover-border-color
    tb-selected-border-color tb-width table-layout target text-align text-decoration text-padding
    text-transform thumbnails thumbnails-src title usemap vertical-align width
    """.split()  # noqa: SIM905 - readable
)
"""Of all tags together: catches the typo, not the attribute on the wrong tag."""
