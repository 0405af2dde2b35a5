"""What a declaration offers outside the house: a service for other programs (`open311:`), replies that everybody may read
(`public_reply:`), answers of the knowledge base (`knowledge:`), the inspectors' phone (`inspecting:`). Names that lead nowhere
are blamed, and a reply that nobody could read."""

from __future__ import annotations

from cityhall.cases.declaring.shapes import CaseType
from cityhall.cases.declaring.strict import Document

_FIELDS = ("description", "address")


def check_outside(made: CaseType, document: Document) -> None:
    """Blame what cannot be offered."""
    said = made.extras.get("open311", {})
    named: list[tuple[tuple[str, ...], str]] = [
        (("open311", one), said[one]) for one in _FIELDS if one in said
    ]
    named += [(("open311", "sets", one), one) for one in said.get("sets", {})]
    named += [(("inspecting", "sets", one), one) for one in made.extras.get("inspecting", {}).get("sets", {})]
    named += [(("public_reply", part), name) for part, name in made.extras.get("public_reply", {}).items()]
    knowledge = made.extras.get("knowledge", {})
    named += [(("knowledge", part), knowledge[part]) for part in ("entry", "answer") if part in knowledge]
    if knowledge and made.act(knowledge["act"]) is None:
        document.blame(
            "name.unknown",
            ("knowledge", "act"),
            "There is no act named {name}",
            "没有名为 {name} 的操作",
            name=knowledge["act"],
        )
    for path, name in named:
        if name not in made.fields:
            document.blame(
                "name.unknown", path, "There is no field named {name}", "没有名为 {name} 的字段", name=name
            )
        elif path[0] == "public_reply" and not made.fields[name].public:
            document.blame(
                "reply.hidden",
                path,
                "{name} is not public, so nobody reads it",
                "{name} 未公开，无人可读",
                name=name,
            )
    if said.get("services", "") not in ("", *made.tables):
        document.blame(
            "name.unknown",
            ("open311", "services"),
            "There is no table named {name}",
            "没有名为 {name} 的代码表",
            name=said["services"],
        )
