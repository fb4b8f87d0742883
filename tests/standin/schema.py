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


def answer_violations(file: str, path: str, body: Any) -> list[str]:
    """Every way in which an answer breaks the description of `GET path` in a file such as `tsg_user_v3`."""
    from jsonschema import Draft202012Validator

    spec = _spec(f"sendgrid-openapi/{file}.json")
    answer = _followed(spec, spec["paths"][path]["get"]["responses"]["200"])
    schema = answer["content"]["application/json"]["schema"]
    validator = Draft202012Validator({**schema, "components": spec["components"]})
    return [f"{fault.json_path}: {fault.message}" for fault in validator.iter_errors(body)]


def _spec(where: str) -> Any:
    return json.loads((Path(os.environ[VARIABLE]) / where).read_text(encoding="utf-8"))


def _followed(spec: Any, part: Any) -> Any:
    while "$ref" in part:
        part = _at(spec, part["$ref"])
    return part


@lru_cache(maxsize=1)
def _validator() -> Any:
    from jsonschema import Draft202012Validator

    spec = _spec(WHERE)
    body = _followed(spec, spec["paths"]["/v3/mail/send"]["post"]["requestBody"])
    schema = body["content"]["application/json"]["schema"]
    return Draft202012Validator({**schema, "components": spec["components"]})


def _at(spec: Any, reference: str) -> Any:
    for step in reference.removeprefix("#/").split("/"):
        spec = spec[step]
    return spec
