"""The examples under a command's `--help`, where its usage line doesn't say it all."""

EXAMPLES = {
    "init": ["producthead init newsletter", "producthead init newsletter --name 'Example Weekly'"],
    "new": ["producthead new 'Asking better questions'", "producthead new 'An extra' --date 2024-02-14"],
    "add": ["producthead add latest https://reading.example.com/an-article"],
    "posts": ["producthead posts latest --count 2"],
    "import": ["producthead import export.xml --dry-run", "producthead import https://blog.example.com/feed"],
    "check": [
        "producthead check latest",
        "producthead check --strict --links",
        "producthead check --clients",
    ],
    "render": ["producthead render latest --recipient ada@example.org"],
    "preview": ["producthead preview", "producthead preview latest --export build/sign-off"],
    "shots": [
        "producthead shots --client outlook --mode forced --width 600",
        "producthead shots --baseline build/before",
    ],
    "audience import": ["producthead audience import subscribers.csv"],
    "suppressions list": ["producthead suppressions list reader@example.com"],
    "suppressions add": ["producthead suppressions add reader@example.com --reason 'asked by phone'"],
    "send": [
        "producthead send --test --to me@example.com",
        "producthead send --test --transport outbox",
        "producthead send --dry-run",
        "producthead send --at '2024-02-12 07:00'",
        "producthead send --yes --now --rate 5000/h",
    ],
    "approve": ["producthead approve", "producthead approve --untested 'one letter mended'"],
    "status": ["producthead status latest", "producthead status --recipient reader@example.com"],
    "settle": [
        "producthead settle",
        "producthead settle --batch 1-17 --as accepted --reason 'two readers of it have the mail'",
    ],
    "dispatch": ["producthead dispatch --dry-run", "producthead dispatch --lead 2h --max-late 1h"],
    "worker": ["producthead worker --dispatch"],
    "archive build": ["producthead archive build --out public"],
    "clients refresh": ["producthead clients refresh --from data.json"],
    "schema": ["producthead schema --write"],
}
"""Command -> lines to type."""


def examples(command: str) -> str | None:
    """The examples of a command as its `--help` ends with them."""
    lines = EXAMPLES.get(command)
    return "\n".join(["For example:", *lines]) if lines else None
