"""Marketing contacts: exports of lists, and the files of an export as S3 hands them out."""

import csv
import gzip
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from urllib.parse import parse_qs, urlsplit

FOLDER = "/exports/"
"""Where files are downloaded: a host of its own at SendGrid, a path of its own here."""
SIGNATURE = "5ta1d1n"
SCOPE = "marketing.read"
HEADER = ("CONTACT_ID", "EMAIL", "FIRST_NAME", "LAST_NAME", "ALTERNATE_EMAILS", "CREATED_AT", "UPDATED_AT")
AT = "2024-02-01T10:00:00Z"


@dataclass
class Contacts:
    """Lists, exports of them, and what is to go wrong."""

    lists: dict[str, list[bytes]] = field(default_factory=dict)
    """List -> the files of its export, before they are compressed."""
    count: int | None = None
    """How many contacts an export says it has; None: it doesn't say."""
    pending: int = 1
    """How often an export is asked for before it is done."""
    failure: str = ""
    """Why exports fail."""
    compressed: bool = True
    expired: bool = False
    truncated: bool = False
    moved: bool = False
    """Files are answered with a redirect to where they are."""
    addresses: list[str] | None = None
    """What an export gives instead of where its files are."""
    exports: dict[str, tuple[str, int]] = field(default_factory=dict)
    """Export -> its list, and how often it was asked for."""
    bodies: list[dict[str, Any]] = field(default_factory=list)
    """What exports were asked for with."""
    numbers: "count[int]" = field(default_factory=lambda: count(1))

    def add(self, list_id: str, *people: tuple[str, str, str], custom: Sequence[str] = ()) -> None:
        """A further file in the export of a list: address, first name and the custom field of each."""
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow([*HEADER, *custom])
        for number, (email, name, more) in enumerate(people):
            writer.writerow([f"id{number}", email, name, "", "", AT, AT, *[more for _ in custom]])
        self.lists.setdefault(list_id, []).append(text.getvalue().encode())

    def listed(self, list_id: str, base: str) -> dict[str, Any] | None:
        """The document of a list; None where there is no such list."""
        if list_id not in self.lists:
            return None
        rows = sum(len(list(csv.reader(io.StringIO(file.decode())))) - 1 for file in self.lists[list_id])
        self_link = {"self": f"{base}/v3/marketing/lists/{list_id}"}
        return {"id": list_id, "name": "Readers", "contact_count": rows, "_metadata": self_link}

    def start(self, body: dict[str, Any]) -> str | None:
        """The id of a new export; None where a list is unknown."""
        wanted = body.get("list_ids") or [""]
        if any(one not in self.lists for one in wanted):
            return None
        self.bodies.append(body)
        export = f"export{next(self.numbers)}"
        self.exports[export] = (wanted[0], 0)
        return export

    def status(self, export: str, base: str) -> dict[str, Any] | None:
        """The document of an export by now; None where there is no such export."""
        if export not in self.exports:
            return None
        list_id, asked = self.exports[export]
        self.exports[export] = (list_id, asked + 1)
        document = {"id": export, "created_at": AT, "updated_at": AT, "expires_at": AT}
        if asked < self.pending:
            return {**document, "status": "pending", "urls": []}
        if self.failure:
            return {**document, "status": "failure", "message": self.failure}
        urls = [
            f"{base}{FOLDER}{export}/{number}.csv.gz?X-Amz-Signature={SIGNATURE}"
            for number in range(len(self.lists[list_id]))
        ]
        urls = urls if self.addresses is None else self.addresses
        counted = {} if self.count is None else {"contact_count": self.count}
        return {**document, "status": "ready", "completed_at": AT, "urls": urls, **counted}

    def download(self, target: str, authorization: str | None) -> tuple[int, bytes]:
        """Status and bytes of one file; S3 refuses what is signed and says who it is as well."""
        parts = urlsplit(target)
        if authorization is not None:
            return 400, _s3("InvalidArgument", "Only one auth mechanism allowed")
        if self.expired:
            return 403, _s3("AccessDenied", "Request has expired")
        if parse_qs(parts.query).get("X-Amz-Signature") != [SIGNATURE]:
            return 403, _s3("SignatureDoesNotMatch", "The signature does not match")
        export, _, name = parts.path.removeprefix(FOLDER).partition("/")
        files = self.lists[self.exports[export][0]]
        data = files[int(name.removesuffix(".csv.gz"))]
        return 200, gzip.compress(data, 1) if self.compressed else data


def _s3(code: str, message: str) -> bytes:
    return f"<Error><Code>{code}</Code><Message>{message}</Message></Error>".encode()
