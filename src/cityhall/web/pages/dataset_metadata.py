"""What a dataset's page says about its entry: the points of its metadata, and who already collects the same."""

from __future__ import annotations

from dataclasses import dataclass

from cityhall.catalog.queries import Dataset, Mqa, Overlap, Served, metadata_quality, overlaps
from cityhall.identity.queries import agency_names, can
from cityhall.kernel.actor import ANONYMOUS, Actor
from cityhall.kernel.text import Text
from cityhall.opening.errors import DatasetHidden
from cityhall.opening.queries import decide, exports_of, suitable_formats
from cityhall.web.dcat.describing import FILE_TYPES


@dataclass(frozen=True, slots=True)
class Metadata:
    """The MQA points for everybody; for those who may edit also what would raise them (`advised`), and the
    datasets that already collect the same, each with its agency's name."""

    mqa: Mqa
    advised: bool
    overlaps: tuple[tuple[Overlap, Text], ...]


def metadata_of(actor: Actor, found: Dataset, version: int | None) -> Metadata:
    """The section for this reader; `version` is the one being served, None without data."""
    editor = can(actor, "catalog.edit", found.agency_id)
    names = agency_names() if editor else {}
    doubled = overlaps(found) if editor else ()
    return Metadata(
        mqa=metadata_quality(found.id, served(found, version)),
        advised=editor,
        overlaps=tuple((one, names.get(one.agency_id, Text("", ""))) for one in doubled),
    )


def served(found: Dataset, version: int | None) -> Served:
    """How the dataset is served to the public: its page answers once it is published, its files once an item
    is open; the form told is one that is finished, if any. Every published entry keeps to DCAT-AP, for its
    description is made from the fields that publication demands."""
    if found.state != "published":
        return Served()
    forms = _forms(found, version)
    if not forms:
        return Served(access_url_answers=True, dcat_ap_compliant=True)
    code, media_type, size = max(forms, key=lambda form: form[2] is not None)
    return Served(
        access_url_answers=True,
        download_url=True,
        download_url_answers=True,
        format=FILE_TYPES[code],
        media_type=media_type.partition(";")[0],
        byte_size=size,
        dcat_ap_compliant=True,
    )


def _forms(found: Dataset, version: int | None) -> list[tuple[str, str, int | None]]:
    """The forms anybody may download: format code, media type, bytes of the finished file."""
    if version is None:
        return []
    try:
        decision = decide(ANONYMOUS, found, "download")
    except DatasetHidden:
        return []
    if not decision.allowed:
        return []
    ready = {one.format.code: one.bytes for one in exports_of(ANONYMOUS, found.id, version)}
    return [
        (one.code, one.media_type, ready.get(one.code))
        for one in suitable_formats(found, decision)
        if one.code in FILE_TYPES
    ]
