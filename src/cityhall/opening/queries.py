"""Reads of opening: the decision, and what may be read through it. Pages, previews, API and files all come this way."""

from __future__ import annotations

from cityhall.opening.deciding import dataset_for, decide, viewpoint_of
from cityhall.opening.exporting import (
    Export,
    export_info,
    exports_of,
    file_link,
    open_token,
    suitable_formats,
)
from cityhall.opening.features import (
    Extent,
    Feature,
    FeaturePage,
    FeatureQuery,
    Layer,
    extent_of,
    feature,
    features,
    layer_of,
    layers,
)
from cityhall.opening.formats import FORMATS, Format, format_of
from cityhall.opening.inventory.islands import KIND_WORDS, KINDS, Island, islands
from cityhall.opening.inventory.responsibility import Duty, responsibilities
from cityhall.opening.lineage import ComparedWith, Lineage, lineage
from cityhall.opening.links import FileAtHand
from cityhall.opening.listing import DatasetPage, Entry, visible_datasets
from cityhall.opening.metering.leasing import Admission
from cityhall.opening.metering.limits import Limit, limits_of
from cityhall.opening.metering.using import KeyDay, UseLine, key_usage, usage, usage_by_dataset
from cityhall.opening.offering import OfferPage, offer, offers
from cityhall.opening.profiling.mapping import amount
from cityhall.opening.profiling.seeing import places, profile
from cityhall.opening.profiling.shapes import (
    AreaMap,
    AreaPoint,
    Chart,
    ItemProfile,
    Mark,
    PlacesSeen,
    Point,
    ProfileSeen,
    SmallMap,
)
from cityhall.opening.quality import Compared, Quality, quality, quality_compared, quality_trend
from cityhall.opening.reading import Seen, View, preview, rows, view
from cityhall.opening.requesting.reading import (
    Answering,
    DecisionSeen,
    RequestSeen,
    answering,
    answering_by,
    decisions,
    requests_of,
)
from cityhall.opening.rules import Decision, Purpose, Viewpoint, on_request
from cityhall.opening.searching.asking import FACETS, Facet, Search, Sort
from cityhall.opening.searching.columns import read_ahead as search_read_ahead
from cityhall.opening.searching.counting import Option
from cityhall.opening.searching.finding import Found, Hit, search
from cityhall.opening.searching.indexing import sound as search_sound
from cityhall.opening.searching.indexing import stale as search_stale
from cityhall.opening.searching.showing import Marked, Why
from cityhall.opening.searching.suggesting import Suggestion, suggestions
from cityhall.opening.selecting import (
    Fetchable,
    FetchablePage,
    data_since,
    fetchable,
    fetchable_by_all,
    fetchable_of,
    published,
    published_codes,
    published_tally,
    with_data,
)
from cityhall.opening.slicing import Slice, rows_at
from cityhall.opening.statistics.counting import AXES, Axis, Month, Part, Totals
from cityhall.opening.statistics.telling import Statistics, statistics
from cityhall.opening.talking.reading import (
    CommentSeen,
    Mine,
    ReuseSeen,
    Talk,
    Waiting,
    mine,
    talk,
    waiting,
)
from cityhall.opening.talking.watching import kept_query, search_of
from cityhall.opening.tidying import exports_to_sweep
from cityhall.opening.versions import DiffSeen, VersionSeen, diff, latest, versions
from cityhall.warehouse.queries import Query, mask_profiles, mask_titles, query_from_json, query_from_params

__all__ = [
    "AXES",
    "FACETS",
    "FORMATS",
    "KINDS",
    "KIND_WORDS",
    "Admission",
    "Answering",
    "AreaMap",
    "AreaPoint",
    "Axis",
    "Chart",
    "CommentSeen",
    "Compared",
    "ComparedWith",
    "DatasetPage",
    "Decision",
    "DecisionSeen",
    "DiffSeen",
    "Duty",
    "Entry",
    "Export",
    "Extent",
    "Facet",
    "Feature",
    "FeaturePage",
    "FeatureQuery",
    "Fetchable",
    "FetchablePage",
    "FileAtHand",
    "Format",
    "Found",
    "Hit",
    "Island",
    "ItemProfile",
    "KeyDay",
    "Layer",
    "Limit",
    "Lineage",
    "Mark",
    "Marked",
    "Mine",
    "Month",
    "OfferPage",
    "Option",
    "Part",
    "PlacesSeen",
    "Point",
    "ProfileSeen",
    "Purpose",
    "Quality",
    "Query",
    "RequestSeen",
    "ReuseSeen",
    "Search",
    "Seen",
    "Slice",
    "SmallMap",
    "Sort",
    "Statistics",
    "Suggestion",
    "Talk",
    "Totals",
    "UseLine",
    "VersionSeen",
    "View",
    "Viewpoint",
    "Waiting",
    "Why",
    "amount",
    "answering",
    "answering_by",
    "data_since",
    "dataset_for",
    "decide",
    "decisions",
    "diff",
    "export_info",
    "exports_of",
    "exports_to_sweep",
    "extent_of",
    "feature",
    "features",
    "fetchable",
    "fetchable_by_all",
    "fetchable_of",
    "file_link",
    "format_of",
    "islands",
    "kept_query",
    "key_usage",
    "latest",
    "layer_of",
    "layers",
    "limits_of",
    "lineage",
    "mask_profiles",
    "mask_titles",
    "mine",
    "offer",
    "offers",
    "on_request",
    "open_token",
    "places",
    "preview",
    "profile",
    "published",
    "published_codes",
    "published_tally",
    "quality",
    "quality_compared",
    "quality_trend",
    "query_from_json",
    "query_from_params",
    "requests_of",
    "responsibilities",
    "rows",
    "rows_at",
    "search",
    "search_of",
    "search_read_ahead",
    "search_sound",
    "search_stale",
    "statistics",
    "suggestions",
    "suitable_formats",
    "talk",
    "usage",
    "usage_by_dataset",
    "versions",
    "view",
    "viewpoint_of",
    "visible_datasets",
    "waiting",
    "with_data",
]
