"""Writing entries: packages and organizations, through the same verbs and rights as everywhere else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Final

from cityhall.catalog import actions as catalog
from cityhall.catalog.queries import Contact, Dataset, DatasetDraft, Temporal, dataset, licences
from cityhall.identity import actions as identity
from cityhall.kernel.actor import Actor
from cityhall.kernel.text import Text
from cityhall.web.ckan.calls import Call, address
from cityhall.web.ckan.errors import NotMapped, ParameterWrong
from cityhall.web.ckan.loading import collect_from
from cityhall.web.ckan.naming import group, organization
from cityhall.web.ckan.packages import organization_dict, package
from cityhall.web.ckan.reading import seen

WHY: Final = "CKAN interface"
_MAPPED: Final = {
    "title", "title_translated", "notes", "notes_translated", "tags", "tag_string", "license_id", "maintainer",
    "maintainer_email", "groups", "extras", "owner_org", "name", "private", "resources",
}  # fmt: skip
# What a package shows and nobody writes: it follows from the rest, or CKAN's clients send back what they got.
_FOLLOWS: Final = {
    "id", "state", "type", "url", "version", "metadata_created", "metadata_modified", "creator_user_id", "author",
    "author_email", "license_title", "license_url", "isopen", "organization", "num_tags", "num_resources",
    "relationships_as_subject", "relationships_as_object",
}  # fmt: skip
_EXTRAS_FOLLOW: Final = {
    "code", "level", "opening", "sharing", "row_count", "why_restricted", "spatial",
    "harvest_source", "harvest_url", "harvest_guid", "harvest_licence", "harvest_publisher",
}  # fmt: skip
_NO_LICENCE: Final = ("", "notspecified", "None")


def package_create(call: Call) -> dict[str, Any]:
    """Enter a dataset as a draft: `name`, `owner_org`, `title`, `notes`, `tags`, `license_id`, `maintainer`,
    `maintainer_email`, `groups` (one), `extras`. A resource with a `url` is collected. Publish with private=false.
    """
    given = _checked(call)
    owner = organization(call.text("owner_org")).id
    draft = DatasetDraft(title=Text("", ""), agency_id=owner, code=call.text("name"))
    made = catalog.draft_dataset(call.actor, replace(draft, **_changes(given, draft)), why=WHY)
    _collect(call, dataset(made))
    return shown(call, made)


def package_update(call: Call) -> dict[str, Any]:
    """Change an entry: what is given replaces what was there, what is left out stays. `private` publishes (false) or
    withdraws (true).
    """
    given = _checked(call)
    now = seen(call, call.text("id", "") or call.text("name")).dataset
    if "name" in given and given["name"] not in (now.code, now.id):
        raise NotMapped(action="renaming", why="a dataset's name never changes")
    changes = _changes(given, now)
    if call.text("owner_org", ""):
        changes["agency_id"] = organization(call.text("owner_org")).id
    changes = {name: value for name, value in changes.items() if getattr(now, name) != value}
    if changes:
        catalog.update_dataset(call.actor, now.id, changes, now.revision, why=WHY)
    _collect(call, now)
    if "private" in given:
        _set_private(call.actor, dataset(now.id), private=call.flag("private"))
    return shown(call, now.id)


def package_patch(call: Call) -> dict[str, Any]:
    """Change parts of an entry; the same as package_update."""
    return package_update(call)


def package_delete(call: Call) -> None:
    """Withdraw a published dataset. Nothing is ever erased."""
    now = seen(call, call.text("id")).dataset
    if now.state != "published":
        raise NotMapped(action="package_delete of a draft", why="drafts are kept; nothing is ever erased")
    catalog.withdraw(call.actor, now.id, WHY)


def organization_create(call: Call) -> dict[str, Any]:
    """Register an agency: `title` (or `title_translated`), and in `extras` its `uscc`, `level` and `division`."""
    extras = _extras(call.objects("extras"))
    title = _text(call.given, "title", Text("", ""))
    made = identity.register_agency(
        call.actor,
        str(extras.get("uscc", "")),
        title,
        str(extras.get("level", "")),
        str(extras.get("division", "")),
    )
    return organization_dict(organization(made))


def organization_update(call: Call) -> dict[str, Any]:
    """Change an agency's name."""
    one = organization(call.text("id"))
    title = _text(call.given, "title", one.name)
    if title != one.name:
        identity.update_agency(call.actor, one.id, name=title)
    return organization_dict(organization(one.id))


def shown(call: Call, dataset_id: str) -> dict[str, Any]:
    """The package as it stands now."""
    return package(seen(call, dataset_id))


def _checked(call: Call) -> Mapping[str, Any]:
    foreign = sorted(set(call.given) - _MAPPED - _FOLLOWS)
    if foreign:
        raise NotMapped(action=f"the key {foreign[0][:40]}", why="an entry has no place for it")
    return call.given


def _changes(given: Mapping[str, Any], now: DatasetDraft) -> dict[str, Any]:
    """What the package says, in the catalogue's words; what it does not mention is left out."""
    changes: dict[str, Any] = {}
    if {"title", "title_translated"} & set(given):
        changes["title"] = _text(given, "title", now.title)
    if {"notes", "notes_translated"} & set(given):
        changes["abstract"] = _text(given, "notes", now.abstract)
    if "tags" in given or "tag_string" in given:
        changes["keywords"] = _tags(given)
    if "license_id" in given:
        changes["licence"] = _licence(given["license_id"])
    if {"maintainer", "maintainer_email"} & set(given):
        changes["contact"] = _contact(given, now.contact)
    if "groups" in given:
        changes["field_code"] = _field(given["groups"])
    return changes | _extra_changes(given.get("extras") or [], now)


def _text(given: Mapping[str, Any], name: str, now: Text) -> Text:
    """A text of both languages where it is given so; one language stands for both, unless it is what is shown now."""
    translated = given.get(f"{name}_translated")
    if isinstance(translated, dict) and set(translated) <= {"en", "zh"}:
        return Text.from_dict({tag: str(one) for tag, one in translated.items()})
    plain = given.get(name)
    if plain is not None and not isinstance(plain, str):
        raise ParameterWrong(name=name, why="text is expected")
    return now if plain in (None, now.zh, now.en) else Text.from_dict(str(plain))


def _tags(given: Mapping[str, Any]) -> tuple[str, ...]:
    listed = given.get("tags")
    if listed is None:
        return tuple(one.strip() for one in str(given.get("tag_string") or "").split(",") if one.strip())
    if not isinstance(listed, list) or not all(isinstance(one, dict) and one.get("name") for one in listed):
        raise ParameterWrong(name="tags", why="a list of objects with a name is expected")
    return tuple(dict.fromkeys(str(one["name"]) for one in listed))


def _licence(given: Any) -> str:
    known = {one.code.lower(): one.code for one in licences()}
    if str(given or "") in _NO_LICENCE:
        return ""
    if str(given).lower() not in known:
        raise ParameterWrong(name="license_id", why=f"one of {', '.join(known.values())} is expected")
    return known[str(given).lower()]


def _contact(given: Mapping[str, Any], now: Contact) -> Contact:
    name, email = given.get("maintainer", now.name), given.get("maintainer_email", now.email)
    return replace(now, name=str(name or ""), email=str(email or ""))


def _field(given: Any) -> str:
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        raise ParameterWrong(name="groups", why="a list of objects with a name is expected")
    if len(given) > 1:
        raise NotMapped(action="a second group", why="a dataset belongs to one field of data")
    return group(str(given[0].get("name") or given[0].get("id") or "")).code if given else ""


def _extras(given: Any) -> dict[str, Any]:
    if not isinstance(given, list | tuple) or not all(
        isinstance(one, dict) and "key" in one for one in given
    ):
        raise ParameterWrong(name="extras", why="a list of objects with key and value is expected")
    return {str(one["key"]): one.get("value") for one in given}


def _extra_changes(given: Any, now: DatasetDraft) -> dict[str, Any]:
    extras = {name: value for name, value in _extras(given).items() if name not in _EXTRAS_FOLLOW}
    changes: dict[str, Any] = {}
    if {"temporal_start", "temporal_end"} & set(extras):
        changes["temporal"] = Temporal(
            _day(extras.pop("temporal_start", None)), _day(extras.pop("temporal_end", None))
        )
    if "legal_basis" in extras:
        changes["legal_basis"] = _text({"title": extras.pop("legal_basis")}, "title", now.legal_basis)
    for name in ("update_cycle", "region"):
        if name in extras:
            changes[name] = str(extras.pop(name) or "")
    if extras:
        raise NotMapped(action=f"the extra {min(extras)[:40]}", why="an entry has no place for it")
    return changes


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(str(value)[:10]) if value else None
    except ValueError as error:
        raise ParameterWrong(name="extras", why=f"“{str(value)[:20]}” is no day") from error


def _collect(call: Call, now: Dataset) -> None:
    """Collect the first resource that lies elsewhere; the forms of our own rows are not collected again."""
    for one in call.objects("resources"):
        url = str(one.get("url") or "")
        if url and not _own(str(one.get("id") or ""), url):
            collect_from(call.actor, now, url)
            return


def _own(id_: str, url: str) -> bool:
    """Whether a resource is a form of rows that lie here already."""
    return url.startswith(f"{address()}/dataset/") and f"/resource/{id_}/" in url


def _set_private(actor: Actor, now: Dataset, *, private: bool) -> None:
    if private and now.state == "published":
        catalog.withdraw(actor, now.id, WHY)
    elif not private and now.state != "published" and now.items:
        catalog.publish(actor, now.id, why=WHY)
