"""Saved searches at work: what was published since, and matches, is told to whoever wants to hear of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from cityhall.catalog.queries import Filter
from cityhall.identity.queries import actor_for_person
from cityhall.kernel import clock
from cityhall.kernel.text import Text
from cityhall.ledger.actions import bookkeeping
from cityhall.messaging.actions import mark_looked, notify
from cityhall.messaging.queries import SubscriptionInfo, subscriptions_to_look, unsubscribe_token
from cityhall.opening.listing import DatasetPage, visible_datasets
from cityhall.opening.talking.speaking import VOICE

# A search is looked through again after this time; what is new meanwhile comes as one notice.
PAUSE = timedelta(hours=1)
NAMED = 5
_LONGEST = 200
# The parameters of a search page that a saved search keeps.
KEPT = ("q", "agency", "field", "region", "opening", "level")


def kept_query(parameters: Mapping[str, str]) -> dict[str, str]:
    """Of a search page's parameters, those that make the search; empty ones are left out."""
    return {
        name: parameters[name].replace("\0", "").strip()[:_LONGEST]
        for name in KEPT
        if parameters.get(name, "").replace("\0", "").strip()
    }


def filter_of(query: Mapping[str, str]) -> Filter:
    """The catalogue's filter for a saved search."""
    level = query.get("level", "")
    return Filter(
        text=query.get("q", ""),
        agency_id=query.get("agency", ""),
        field_code=query.get("field", ""),
        region=query.get("region", ""),
        opening_class=query.get("opening", ""),
        level=int(level) if level in ("1", "2", "3", "4") else 0,
    )


@bookkeeping
def watch_searches() -> int:
    """Look through every saved search that is due; answers how many had something new. For the beat."""
    return sum(_look(one) for one in subscriptions_to_look(clock.now() - PAUSE))


def _look(one: SubscriptionInfo) -> bool:
    """Tell the owner of what was published since the last look, then note the look: told twice rather than never."""
    until = clock.now()
    found = matches_since(one)
    if found.total:
        names = [entry.title for entry in found.entries]
        more = found.total - len(names)
        notify(
            VOICE,
            person_ids=[one.person_id],
            subject=Text(
                en=f"{found.total} new for “{one.name}”", zh=f"“{one.name}”有 {found.total} 个新数据集"
            ),
            body=Text(
                en="\n".join(name.en for name in names) + (f"\nand {more} more" if more else ""),
                zh="\n".join(name.zh for name in names) + (f"\n另有 {more} 个" if more else ""),
            ),
            link=f"/account/searches/{one.id}/",
            mail=one.channel == "mail",
            leave=f"/unsubscribe/{unsubscribe_token(one.id)}/",
        )
    mark_looked(one.id, until)
    return bool(found.total)


def matches_since(one: SubscriptionInfo) -> DatasetPage:
    """The first of what its owner may see, was published since the last look, and matches."""
    wanted = replace(filter_of(one.query), published_since=one.looked)
    return visible_datasets(actor_for_person(one.person_id), wanted, limit=NAMED)
