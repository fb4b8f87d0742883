"""What fails at a file, in words."""

from __future__ import annotations

from errno import EDQUOT, EFBIG, EIO, ENOENT, ENOSPC, ESTALE

from producthead_mail.errors import OutsideError

WRITING = {EDQUOT, EFBIG, EIO, ENOSPC, ESTALE}
"""Errors of write(), which names no file."""


def failed(error: OSError) -> OutsideError:
    """Says at what: a folder that isn't one, a missing right, a full disk; what is none of them is raised."""
    if error.filename is None and error.errno == ENOENT:  # only getcwd() names none
        return OutsideError("the current folder is gone; go to one that is there, or back into this one")
    if error.filename is None and error.errno not in WRITING:
        raise error
    where = error.filename or "a file could not be written"
    remedy = "; make room, then run it again" if error.errno in (ENOSPC, EDQUOT) else ""
    return OutsideError(f"{where}: {error.strerror}{remedy}")
