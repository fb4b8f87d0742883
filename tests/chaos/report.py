"""What a run of chaos came to, and whether every promise was kept."""

from dataclasses import dataclass


@dataclass
class Report:
    """The counts of one run; recipients where nothing else is said."""

    recipients: int
    kills_wanted: int
    fenced: bool = False
    kills: int = 0
    stops: int = 0
    """Processes frozen for a while."""
    long_stops: int = 0
    """Of these, for longer than a lease."""
    looks: int = 0
    unbalanced: int = 0
    """Looks at which the account did not balance: must be 0."""
    twice: int = 0
    """With more than one mail: must be 0."""
    lost: int = 0
    """Without a mail, though the ledger calls them accepted: must be 0."""
    unknown: int = 0
    """With a mail, though the ledger would send again, or says that none was sent: must be 0."""
    ever_in_doubt: int = 0
    """Batches."""
    in_doubt: int = 0
    """Batches before settling; with the fence: must be 0."""
    arrived: int = 0
    """Of these, batches whose mail was sent all the same."""
    settled: int = 0
    """Batches that the logs showed to be sent."""
    decided: int = 0
    """The other ones, which it was decided to send again."""
    left: int = 0
    """In doubt at the end: must be 0."""
    accepted: int = 0
    invalid: int = 0
    """Refused by name."""
    never: int = 0
    """Without a mail at the end, and not refused by name: must be 0."""
    groups_cancelled: int = 0
    resent: int = 0
    """Batches of cancelled groups, replaced by new ones."""
    seconds: float = 0.0

    @property
    def broken(self) -> list[str]:
        """The promises that were not kept."""
        promised = ["unbalanced", "twice", "lost", "unknown", "left", "never"]
        broken = [name for name in [*promised, *(["in_doubt"] if self.fenced else [])] if getattr(self, name)]
        if self.accepted + self.invalid != self.recipients:
            broken.append("accepted")
        return broken
