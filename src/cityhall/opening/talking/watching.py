"""Saved searches at work: what was published since, and matches, is told to whoever wants to hear of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from cityhall.catalog.queries import datasets_by_id
from cityhall.identity.queries import actor_for_person
from cityhall.kernel import clock
from cityhall.kernel.text import Text
from cityhall.ledger.actions import bookkeeping
from cityhall.messaging.actions import mark_looked, notify
from cityhall.messaging.queries import SubscriptionInfo, subscriptions_to_look, unsubscribe_token
from cityhall.opening.searching.asking import FACETS, Facet, Search
from cityhall.opening.searching.finding import search
from cityhall.opening.talking.speaking import VOICE

# A search is looked through again after this time; what is new meanwhile comes as one notice.
PAUSE = timedelta(hours=1)
NAMED = 5
# Of the newest that match, so many are looked at.
LOOKED_AT = 100
_LONGEST = 200


def kept_query(parameters: Mapping[str, str]) -> dict[str, str]:
    """Of a search page's parameters, those that make the search; empty ones are left out."""
    cleaned = (
        (name, parameters.get(name, "").replace("\0", "").strip()[:_LONGEST]) for name in ("q", *FACETS)
    )
    return {name: value for name, value in cleaned if value}


def search_of(query: Mapping[str, str]) -> Search:
    """The search of kept parameters, the newest first."""
    chosen: dict[Facet, str] = {facet: query[facet] for facet in FACETS if facet in query}
    return Search(text=query.get("q", ""), chosen=chosen, sort="newest")


@bookkeeping
def watch_searches() -> int:
    """Look through every saved search that is due; answers how many had something new. For the beat."""
    return sum(_look(one) for one in subscriptions_to_look(clock.now() - PAUSE))


def _look(one: SubscriptionInfo) -> bool:
    """Tell the owner of what was published since the last look, then note the look: told twice rather than never."""
    until = clock.now()
    found = matches_since(one)
    if found:
        names = found[:NAMED]
        more = len(found) - len(names)
        notify(
            VOICE,
            person_ids=[one.person_id],
            subject=Text(
                en=f"{len(found)} new for “{one.name}”", zh=f"“{one.name}”有 {len(found)} 个新数据集"
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
    return bool(found)


def matches_since(one: SubscriptionInfo) -> tuple[Text, ...]:
    """The titles of what its owner may see, matches every word, and was published since the last look."""
    found = search(actor_for_person(one.person_id), search_of(one.query), limit=LOOKED_AT)
    hits = {hit.entry.id: hit.entry.title for hit in found.hits if not hit.close}
    known = datasets_by_id(hits)
    return tuple(
        title
        for key, title in hits.items()
        if key in known and (published := known[key].published) is not None and published > one.looked
    )
