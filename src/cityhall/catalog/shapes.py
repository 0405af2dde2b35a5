"""The catalogue's nouns as plain frozen data; these, never tables, cross the door."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from cityhall.kernel.text import Text

SharingClass = Literal["unconditional", "restricted", "not_shared"]
OpeningClass = Literal["unconditional", "restricted", "forbidden"]
ItemType = Literal["text", "integer", "decimal", "date", "datetime", "time", "boolean", "geometry"]
State = Literal["draft", "published", "withdrawn"]
Mode = Literal["replace", "append", "upsert"]
RuleKind = Literal["required", "key", "range", "pattern", "list", "reference", "compare", "freshness"]
Severity = Literal["error", "warning"]

EMPTY = Text(en="", zh="")


@dataclass(frozen=True, slots=True)
class Sharing:
    """Whether other agencies may have it; `reason`: the condition, or the legal basis for not sharing."""

    kind: SharingClass = "restricted"
    reason: Text = EMPTY


@dataclass(frozen=True, slots=True)
class Opening:
    """Whether the public may have it; `reason` holds the condition, or why it is forbidden."""

    kind: OpeningClass = "restricted"
    reason: Text = EMPTY


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A data item. `name` is the column's name in the stored table; `level` 1 to 4 (DB33/T 2351); `element`
    the code of a standard element; `mask` the code of a masking profile; `params` belong to the element."""

    name: str
    title: Text = EMPTY
    description: Text = EMPTY
    element: str | None = None
    type: ItemType = "text"
    required: bool = False
    unique: bool = False
    sharing: Sharing = field(default_factory=Sharing)
    opening: Opening = field(default_factory=Opening)
    level: int = 1
    mask: str | None = None
    params: dict[str, Any] = field(default_factory=dict)
    position: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRule:
    """A quality rule agreed for a dataset; `params` depend on the kind and are read by the cleaning room."""

    code: str
    kind: RuleKind
    items: tuple[str, ...] = ()
    params: dict[str, Any] = field(default_factory=dict)
    severity: Severity = "error"
    message: Text = EMPTY


@dataclass(frozen=True, slots=True)
class Contact:
    """The desk that answers questions about a dataset (a unit, not a private person)."""

    name: str = ""
    email: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Spatial:
    """Where the data is about: a GB/T 2260 division, a box (west, south, east, north) in degrees WGS-84."""

    division: str = ""
    bbox: tuple[float, float, float, float] | None = None


@dataclass(frozen=True, slots=True)
class Temporal:
    """When the data is about; an open end is None."""

    start: date | None = None
    end: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetDraft:
    """Everything people decide about a dataset. An empty `code` is replaced by the new id."""

    title: Text
    agency_id: str
    items: tuple[Item, ...] = ()
    code: str = ""
    abstract: Text = EMPTY
    system_id: str = ""
    field_code: str = ""
    region: str = ""
    update_cycle: str = ""
    legal_basis: Text = EMPTY
    licence: str = ""
    contact: Contact = field(default_factory=Contact)
    spatial: Spatial = field(default_factory=Spatial)
    temporal: Temporal = field(default_factory=Temporal)
    linked_codes: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    mode: Mode = "replace"
    key: tuple[str, ...] = ()
    rules: tuple[CheckRule, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset(DatasetDraft):
    """A catalogued dataset: the draft's words plus what the platform keeps about it.

    `level` is the highest of its items', the two classes the strictest of its items'; times are aware.
    """

    id: str
    state: State
    revision: int
    rules_version: int
    level: int
    sharing_class: SharingClass
    opening_class: OpeningClass
    created: datetime
    modified: datetime
    published: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A field of data, such as transport."""

    code: str
    title: Text
    position: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """A duty that the law gives to an agency."""

    code: str
    agency_id: str
    title: Text
    legal_basis: Text = EMPTY
    id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """An information system in which an agency performs a function."""

    code: str
    agency_id: str
    title: Text
    function_id: str = ""
    id: str = ""
