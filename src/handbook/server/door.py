"""Who may hand in, and who may see the trainers' pages."""

from __future__ import annotations

from dataclasses import dataclass, field

from handbook.records.invitations.tokens import InvitationError, check_secret
from handbook.server.limits import Limit


@dataclass(frozen=True, slots=True)
class Door:
    """What opens a server, and to whom."""

    secret: str = ""
    """Signs invitations; without one there are none."""
    invited_only: bool = False
    """Whether a hand-in needs an invitation."""
    trainers: str = ""
    """Opens the trainers' pages; without one they stay shut."""
    strangers: Limit = field(default_factory=lambda: Limit(burst=30, every=2))
    """For each address: requests with no good invitation, where one is needed."""
    guests: Limit = field(default_factory=lambda: Limit(burst=20, every=3))
    """For each invitation: a page that tries again asks less often."""


OPEN = Door()
"""Anyone may hand in; only for a server that nobody else reaches."""


def door_for(
    secret: str, trainers: str = "", *, local: bool, invited_only: bool
) -> Door:
    """Return the door of a server that starts.

    Args:
        secret: `HANDBOOK_SECRET`; empty where it is not set.
        trainers: `HANDBOOK_TRAINERS`; empty where it is not set.
        local: whether only this machine can reach the server.
        invited_only: whether to want invitations there as well.

    Raises:
        InvitationError: one of them is none, or is missing where it is needed.
    """
    needed = invited_only or not local
    if needed or secret:
        check_secret(secret, "HANDBOOK_SECRET")
    if trainers:
        check_secret(trainers, "HANDBOOK_TRAINERS")
        if trainers == secret:
            raise InvitationError(
                "HANDBOOK_TRAINERS 和 HANDBOOK_SECRET 不能相同：口令要告诉每个培训师，"
                "密钥能签发任何人的邀请。"
            )
    return Door(secret, needed, trainers)
