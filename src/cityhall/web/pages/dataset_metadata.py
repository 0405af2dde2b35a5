"""What a dataset's page says about its entry: the points of its metadata, and who already collects the same."""

from __future__ import annotations

from dataclasses import dataclass

from cityhall.catalog.queries import Dataset, Mqa, Overlap, Served, metadata_quality, overlaps
from cityhall.identity.queries import agency_names, can
from cityhall.kernel.actor import ANONYMOUS, Actor
from cityhall.kernel.text import Text
from cityhall.opening.queries import fetchable
from cityhall.web.dcat.describing import FILE_TYPES
from cityhall.web.pages.linked_data import problems_of


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
    is open (the form told is one that is finished, if any), and whether its description has the shapes of DCAT-AP.
    """
    if found.state != "published":
        return Served()
    public = fetchable(ANONYMOUS, (found,))[0]
    compliant = not problems_of(public)
    forms = [(kind, file) for kind, file in public.forms if kind.code in FILE_TYPES] if version else []
    if not forms:
        return Served(access_url_answers=True, dcat_ap_compliant=compliant)
    kind, file = max(forms, key=lambda form: form[1] is not None)
    return Served(
        access_url_answers=True,
        download_url=True,
        download_url_answers=True,
        format=FILE_TYPES[kind.code],
        media_type=kind.media_type.partition(";")[0],
        byte_size=file.bytes if file else None,
        dcat_ap_compliant=compliant,
    )
