"""`producthead doctor`: whether all that a send needs is in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from producthead_mail.cli.console import columns, print_json, show
from producthead_mail.cli.context import keep_templates, project_of
from producthead_mail.cli.options import Json
from producthead_mail.cli.wiring import SENDGRID_URLS
from producthead_mail.config import load_settings
from producthead_mail.errors import InputError, Refusal

if TYPE_CHECKING:
    from producthead_mail.content.publication import Publication


def doctor(ctx: typer.Context, json: Json = False) -> None:
    """Check project, SendGrid, DNS, ledger and machine; say what to do where something is wrong."""
    from producthead_mail.content.loader import load_publication
    from producthead_mail.doctor.check import counts, lines, summary
    from producthead_mail.doctor.examine import Surroundings, examine
    from producthead_mail.doctor.resolver import system_resolver
    from producthead_mail.doctor.sendgrid import Access

    project = project_of(ctx)
    keep_templates(project)
    access: Access | InputError
    ledger = ""
    try:
        settings = load_settings(project)
        access = Access(settings.sendgrid_api_key.get_secret_value(), SENDGRID_URLS, settings.sendgrid_url)
        ledger = settings.ledger
    except InputError as error:
        access = error
    publication: Publication | InputError
    try:
        publication = load_publication(project)
    except InputError as error:
        publication = error
    checks = examine(Surroundings(project, publication, access, ledger, system_resolver()))
    found = counts(checks)
    if json:
        print_json({"checks": [check.as_json() for check in checks], "counts": found})
    else:
        for line in (*lines(checks, columns()), "", summary(checks)):
            show(line)
    if found["error"]:
        raise typer.Exit(Refusal.exit_code)
