"""What a dataset's page says about its entry: the points of its metadata, and who already collects the same."""

from __future__ import annotations

from dataclasses import dataclass

from cityhall.catalog.queries import Mqa, Overlap, Served, metadata_quality, overlaps
from cityhall.identity.queries import AgencyInfo, agency_names, can
from cityhall.kernel.actor import Actor
from cityhall.kernel.text import Text
from cityhall.opening.queries import Fetchable, fetchable_by_all
from cityhall.web.dcat.describing import FILE_TYPES
from cityhall.web.pages.linked_data import problems_of


@dataclass(frozen=True, slots=True)
class Metadata:
    """The MQA points for everybody; for those who may edit also what would raise them (`advised`), and the
    datasets that already collect the same, each with its agency's name."""

    mqa: Mqa
    advised: bool
    overlaps: tuple[tuple[Overlap, Text], ...]


def metadata_of(actor: Actor, mine: Fetchable, body: AgencyInfo) -> Metadata:
    """The section for this reader, who may fetch what is `mine` of an entry of this agency."""
    found = mine.dataset
    editor = can(actor, "catalog.edit", found.agency_id)
    names = agency_names() if editor else {}
    doubled = overlaps(found) if editor else ()
    return Metadata(
        mqa=metadata_quality(found, served(mine, body)),
        advised=editor,
        overlaps=tuple((one, names.get(one.agency_id, Text("", ""))) for one in doubled),
    )


def served(mine: Fetchable, body: AgencyInfo) -> Served:
    """How the dataset is served to the public: its page answers once it is published, its files once an item
    is open (the form told is one that is finished, if any), and whether its description has the shapes of DCAT-AP.
    """
    if mine.dataset.state != "published":
        return Served()
    public = fetchable_by_all(mine)
    compliant = not problems_of(public, body)
    forms = [(kind, file) for kind, file in public.forms if kind.code in FILE_TYPES]
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
