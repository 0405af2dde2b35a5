"""Who is acting. Every action takes an `Actor`; nothing happens anonymously."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["person", "key", "system", "anonymous"]


@dataclass(frozen=True, slots=True)
class Actor:
    """A person, a machine key, the system itself, or nobody in particular.

    `roles` holds pairs of role and agency id; an empty agency id means the whole city. `rights` narrows what the roles
    give to the rights named; None narrows nothing. `owner` is the person whose key it is.
    """

    id: str
    name: str
    kind: Kind
    roles: frozenset[tuple[str, str]] = field(default=frozenset())
    rights: frozenset[str] | None = None
    owner: str = ""

    @property
    def hand(self) -> str:
        """Whose hand it is: a person with three keys is one person, also where two are needed."""
        return self.owner or self.id

    def has_role(self, role: str, agency_id: str = "") -> bool:
        """Whether the actor holds `role` for that agency or for the whole city."""
        return (role, "") in self.roles or (bool(agency_id) and (role, agency_id) in self.roles)

    def within(self, right: str) -> bool:
        """Whether the actor is not narrowed to other rights than this one."""
        return self.rights is None or right in self.rights


ANONYMOUS = Actor(id="anonymous", name="anonymous", kind="anonymous")


def system_actor(part: str) -> Actor:
    """The platform acting by itself, e.g. `system_actor("scheduler")`; it holds the operator role."""
    return Actor(id=f"system:{part}", name=part, kind="system", roles=frozenset({("operator", "")}))
