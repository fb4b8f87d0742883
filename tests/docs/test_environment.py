"""The operator's page names every variable of the environment, and no other."""

import re

from producthead_mail.environment import Settings
from tests.docs.blocks import ROOT


def test_every_variable_is_on_the_operators_page() -> None:
    section = (
        (ROOT / "docs" / "operator.md").read_text().partition("\n### Environment\n")[2].partition("\n#")[0]
    )
    named = re.findall(r"^\| `(\w+)`", section, re.MULTILINE)
    fields = Settings.model_fields.items()
    assert sorted(named) == sorted(str(field.validation_alias or name.upper()) for name, field in fields)
