"""SendGrid's own OpenAPI description, where this machine has it."""

import json
import os
from functools import lru_cache
from pathlib import Path
from typing import Any

VARIABLE = "PRODUCTHEAD_REFERENCE_DATA"
WHERE = "sendgrid-openapi/tsg_mail_v3.json"


def available() -> bool:
    """Whether the environment names a folder with the description."""
    folder = os.environ.get(VARIABLE, "")
    return bool(folder) and (Path(folder) / WHERE).is_file()


def violations(mail: Any) -> list[str]:
    """Every way in which a body breaks the description of `POST /v3/mail/send`."""
    return [f"{fault.json_path}: {fault.message}" for fault in _validator().iter_errors(mail)]


@lru_cache(maxsize=1)
def _validator() -> Any:
    from jsonschema import Draft202012Validator

    text = (Path(os.environ[VARIABLE]) / WHERE).read_text(encoding="utf-8")
    spec = json.loads(text)
    body = spec["paths"]["/v3/mail/send"]["post"]["requestBody"]
    while "$ref" in body:
        body = _at(spec, body["$ref"])
    schema = body["content"]["application/json"]["schema"]
    return Draft202012Validator({**schema, "components": spec["components"]})


def _at(spec: Any, reference: str) -> Any:
    for step in reference.removeprefix("#/").split("/"):
        spec = spec[step]
    return spec
