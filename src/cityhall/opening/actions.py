"""Verbs of opening: ask for a file. Equal requests share one finished file."""

from __future__ import annotations

from cityhall.catalog.queries import Dataset
from cityhall.kernel import jobs
from cityhall.kernel.actor import Actor
from cityhall.ledger.actions import bookkeeping
from cityhall.opening import writing
from cityhall.opening.asking import request_export
from cityhall.opening.deciding import dataset_for
from cityhall.opening.metering import counting, leasing
from cityhall.opening.profiling import following, keeping
from cityhall.opening.profiling.following import follow_data
from cityhall.opening.requesting.earlier import take_in_earlier
from cityhall.opening.requesting.filing import (
    Application,
    apply_for_data,
    file_correction,
    file_opening,
    withdraw_request,
)
from cityhall.opening.requesting.following import follow_case, follow_history, forget_requester
from cityhall.opening.requesting.mending import look_after_corrections, mend_row, settle_corrections
from cityhall.opening.searching.following import (
    follow_dataset,
    follow_import,
    follow_version,
    look_after_search,
    rebuild_search,
)
from cityhall.opening.talking.comments import comment, decide_comment, report_comment, withdraw_comment
from cityhall.opening.talking.favourites import set_favourite
from cityhall.opening.talking.leaving import forget_speaker, leave
from cityhall.opening.talking.reuses import decide_reuse, show_reuse, withdraw_reuse
from cityhall.opening.talking.watching import watch_searches
from cityhall.opening.tidying import sweep_exports
from cityhall.opening.versions import version_or_nothing

__all__ = [
    "Application",
    "admit",
    "apply_for_data",
    "ask_profile",
    "charge",
    "comment",
    "count_key",
    "count_use",
    "decide_comment",
    "decide_reuse",
    "file_correction",
    "file_opening",
    "follow_case",
    "follow_data",
    "follow_dataset",
    "follow_history",
    "follow_import",
    "follow_version",
    "forget_keys",
    "forget_leases",
    "forget_requester",
    "forget_speaker",
    "leave",
    "look_after_corrections",
    "look_after_search",
    "mend_row",
    "prepare_profile",
    "rebuild_search",
    "report_comment",
    "request_export",
    "set_favourite",
    "settle_corrections",
    "show_reuse",
    "sweep_allowances",
    "sweep_exports",
    "take_in_earlier",
    "watch_searches",
    "withdraw_comment",
    "withdraw_request",
    "withdraw_reuse",
    "write_counts",
    "write_export",
    "write_profile",
]

write_export = jobs.job("opening.write_export")(writing.write_export)
prepare_profile = jobs.job("opening.prepare_profile")(following.prepare_profile)
write_profile = jobs.job("opening.write_profile")(keeping.write_profile)
admit = bookkeeping(leasing.admit)
charge = bookkeeping(leasing.charge)
forget_leases = bookkeeping(leasing.forget_leases)
sweep_allowances = bookkeeping(leasing.sweep)
count_use = bookkeeping(counting.count_use)
count_key = bookkeeping(counting.count_key)
write_counts = bookkeeping(counting.write_counts)
forget_keys = bookkeeping(counting.forget_keys)


@bookkeeping
def ask_profile(actor: Actor, subject: Dataset | str) -> None:
    """See to it that the profile of the latest version, as the actor may see it, is computed: at once for a small
    version, by a job for a large one. Errors: `DatasetHidden`, `NoVersionYet`.
    """
    found, decision = dataset_for(actor, subject, "statistics")
    if decision.clear:
        keeping.ask(found, decision, version_or_nothing(found.id, None))
