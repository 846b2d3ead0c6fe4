"""What people of a team are to each other: each role may do what those before it may, and more."""

from enum import StrEnum


class Role(StrEnum):
    """From who answers to who runs the installation; declared from least to most."""

    AGENT = "agent"
    """Works on the conversations of their sites."""
    SENIOR = "senior"
    """The same, with more to give when something has to be made right."""
    SUPERVISOR = "supervisor"
    """Sees the wallboard, stands by as second person, takes a conversation over from a colleague."""
    ADMIN = "admin"
    """Invites people, gives roles, changes settings, reads the audit log."""

    def at_least(self, other: "Role") -> bool:
        """Whether this role may do what `other` may."""
        order = list(Role)
        return order.index(self) >= order.index(other)
