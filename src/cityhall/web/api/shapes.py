"""The shapes of the answers, as the OpenAPI description shows them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from ninja import Field, Schema


class Words(Schema):
    """One thing said in both languages."""

    en: str
    zh: str


class Problem(Schema):
    """What happened and what to do next; `code` never changes its meaning."""

    code: str
    title: Words
    remedy: Words
    facts: dict[str, str]


class ErrorAnswer(Schema):
    """Every answer that is not a success has this shape."""

    error: Problem


class EntryAnswer(Schema):
    """One line of the catalogue."""

    id: str
    code: str
    title: Words
    abstract: Words
    agency_id: str
    state: str
    opening: str
    sharing: str
    level: int
    updated: datetime | None
    rows: int | None


class WhyAnswer(Schema):
    """Where the words of a search were found, besides the title."""

    where: str
    en: str
    zh: str


class FoundAnswer(EntryAnswer):
    """A line of the catalogue; a search adds the quality (a share of 1), why it was found, and whether it holds only
    parts of the words.
    """

    quality: float | None = None
    why: list[WhyAnswer] = []
    close: bool = False


class OptionAnswer(Schema):
    """One value of a facet, and how many datasets choosing it would leave."""

    value: str
    count: int
    chosen: bool


class ListAnswer(Schema):
    """Datasets, the best match first or in the order of their codes; `next` is the value of `after` for the next page,
    empty at the end. A search also tells how many hold every word, and counts by facet.
    """

    datasets: list[FoundAnswer]
    next: str
    total: int
    exact: int | None = None
    facets: dict[str, list[OptionAnswer]] | None = None


class ItemAnswer(Schema):
    """A data item; `access` is `clear`, `masked` or `hidden` for whoever asks, with `why` when hidden."""

    name: str
    title: Words
    description: Words
    type: str
    element: str | None
    required: bool
    unique: bool
    opening: str
    sharing: str
    level: int
    access: str
    why: Words | None


class VersionAnswer(Schema):
    """One version; rows read = clean + quarantined + duplicates."""

    number: int
    created: datetime
    mode: str
    rows: int
    bytes: int
    read: int
    clean: int
    quarantined: int
    duplicates: int
    expired: bool


class DatasetAnswer(Schema):
    """A dataset's entry, its items with what may be seen of them, and the version being served."""

    id: str
    code: str
    title: Words
    abstract: Words
    agency_id: str
    field: str
    state: str
    opening: str
    sharing: str
    level: int
    key: list[str]
    update_cycle: str
    licence: str
    keywords: list[str]
    created: datetime
    modified: datetime
    published: datetime | None
    items: list[ItemAnswer]
    version: VersionAnswer | None


class VersionsAnswer(Schema):
    """All versions, newest first."""

    versions: list[VersionAnswer]


class RevisionLine(Schema):
    """One change of an entry; `sha256` of the canonical JSON of the whole entry after it, which the ledger holds too."""

    number: int
    verb: str
    actor_id: str
    at: datetime
    why: str
    sha256: str


class RevisionsAnswer(Schema):
    """The history of an entry, newest first."""

    revisions: list[RevisionLine]


class DifferenceAnswer(Schema):
    """One part of an entry that differs: its path, the values (null for what was not there), and a sentence."""

    place: str
    before: Any
    after: Any
    text: Words


class RevisionAnswer(RevisionLine):
    """A revision, who made it, and what changed `since` an earlier one (null: it is the first entry)."""

    who: str
    since: int | None
    changes: list[DifferenceAnswer]


class RowsAnswer(Schema):
    """One page of rows. `next` is the value of `after` for the next page, null at the end; it stays on its
    version.
    """

    dataset: str
    version: int
    columns: list[str]
    rows: list[dict[str, Any]]
    next: str | None


class DiffAnswer(Schema):
    """The difference of two versions; `changed` is null when hidden items take part. `next` is the value of `after` for
    the next rows, null at the end.
    """

    before: int
    after: int
    added: int
    removed: int
    changed: int | None
    by_item: dict[str, int]
    key: list[str]
    rows: list[dict[str, Any]]
    next: int | None


class QualityAnswer(Schema):
    """A quality report; shares of 1, null where there is nothing to judge."""

    version: int | None
    score: float | None
    dimensions: dict[str, float | None]
    read: int
    clean: int
    quarantined: int
    duplicates: int
    columns: list[dict[str, Any]]


class ExportRequest(Schema):
    """Which file is wanted."""

    format: str = Field(examples=["csv", "parquet"], max_length=40)
    version: int | None = Field(default=None, ge=1, le=2_000_000_000)


class ExportAnswer(Schema):
    """A file: `link` is there once `state` is `ready`."""

    id: str
    dataset_id: str
    version: int
    format: str
    state: str
    rows: int | None
    bytes: int | None
    sha256: str
    file_name: str
    link: str | None


class StageAnswer(Schema):
    """A stage of a run so far: seconds, and the bytes and rows it has taken in (null: it counts none)."""

    name: str
    seconds: float
    bytes: int | None
    rows: int | None
    rows_a_second: float | None
    bytes_a_second: float | None


class RunAnswer(Schema):
    """A run along the road; `progress` from 0 to 1, `rate` in rows a second over the whole road."""

    id: str
    source_id: str
    dataset_id: str
    kind: str
    stage: str
    progress: float
    rate: float
    stages: list[StageAnswer]
    receipt: dict[str, Any] | None
    error: dict[str, Any] | None
    version: int | None
    created: datetime
    finished: datetime | None


class RunsAnswer(Schema):
    """Runs, newest first; `next` is the value of `before` for the next page, empty at the end."""

    runs: list[RunAnswer]
    next: str


class RequestFiled(Schema):
    """The number of the case that a request became."""

    number: str


class RequestLine(Schema):
    """A request and where it stands: filed, granted, refused or withdrawn. `due` is the last day for the answer, null while the
    clock rests; its words and the answer are at `/cases/{number}`."""

    number: str
    kind: str
    dataset_id: str
    agency_id: str
    item: str
    state: str
    created: datetime
    due: date | None
    answered: datetime | None
    settled: datetime | None
    late: bool


class RequestsAnswer(Schema):
    """Somebody's requests, the newest first."""

    requests: list[RequestLine]
