"""The tables of consequences (event -> handlers) and the list of modules that register jobs."""

from __future__ import annotations

from collections.abc import Sequence

from cityhall.cases import actions as cases_jobs
from cityhall.cases.actions import following, following_history, forget_inspector, forget_reporter
from cityhall.cases.events import CaseActed, CaseOpened, HistoryImported
from cityhall.catalog.events import (
    CatalogueImported,
    DatasetChanged,
    DatasetDrafted,
    DatasetPublished,
    DatasetWithdrawn,
    RulesAgreed,
)
from cityhall.cleaning.queries import personal_in
from cityhall.collection import actions as collection_jobs
from cityhall.collection.events import VersionLoaded
from cityhall.federation import actions as federation_jobs
from cityhall.federation.actions import look_after_collected
from cityhall.identity import actions as identity_jobs
from cityhall.identity.actions import watch_sign_ins
from cityhall.identity.events import PersonLeft
from cityhall.kernel import events
from cityhall.kernel.events import Event, Handler
from cityhall.kernel.storing.owning import city_is
from cityhall.ledger import actions as ledger_jobs
from cityhall.ledger.queries import log_name
from cityhall.messaging import actions as messaging_jobs
from cityhall.opening import actions as opening_jobs
from cityhall.opening.actions import (
    follow_case,
    follow_data,
    follow_dataset,
    follow_history,
    follow_import,
    follow_version,
    forget_keys,
    forget_requester,
    forget_speaker,
    look_after_corrections,
)
from cityhall.warehouse import actions as warehouse_jobs
from cityhall.warehouse.events import VersionCommitted

# Importing a room's actions registers its jobs; a worker needs them all.
JOB_MODULES = (
    cases_jobs,
    collection_jobs,
    federation_jobs,
    identity_jobs,
    ledger_jobs,
    messaging_jobs,
    opening_jobs,
    warehouse_jobs,
)


def _tells_of(text: str) -> tuple[str, ...]:
    """What in a text surely tells of a person; public replies are held against it."""
    return tuple(one.text for one in personal_in(text) if one.sure)


HANDLERS: dict[type[Event], Sequence[Handler]] = {
    DatasetPublished: (follow_data,),
    VersionLoaded: (look_after_corrections, look_after_collected, follow_data),
    PersonLeft: (forget_keys,),
    HistoryImported: (following_history(_tells_of),),
}

# Inside the transaction of what happened: the search index never lags behind the catalogue, nor a request behind its case;
# and who leaves is forgotten with the account.
WITHIN: dict[type[Event], Sequence[Handler]] = {
    DatasetDrafted: (follow_dataset,),
    DatasetChanged: (follow_dataset,),
    DatasetPublished: (follow_dataset,),
    DatasetWithdrawn: (follow_dataset,),
    RulesAgreed: (follow_dataset,),
    CatalogueImported: (follow_import,),
    VersionCommitted: (follow_version,),
    VersionLoaded: (follow_dataset,),
    CaseOpened: (follow_case,),
    CaseActed: (follow_case, following(_tells_of)),
    HistoryImported: (follow_history,),
    PersonLeft: (forget_inspector, forget_reporter, forget_requester, forget_speaker),
}


def wire_all() -> None:
    """Install the tables, name the city where files are kept, and listen at the door; called once at start."""
    events.wire(HANDLERS, WITHIN)
    city_is(log_name)
    watch_sign_ins()
