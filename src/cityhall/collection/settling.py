"""What is owed outside the database once a run has ended: receipts and moved files of a drop folder."""

from __future__ import annotations

from typing import Any

from cityhall.collection.models import Run
from cityhall.collection.sources.folder import settle as settle_folder
from cityhall.collection.sources.kinds import spec_of


def settle(run: Run, name: str, *, good: bool) -> None:
    """Write the receipt beside the department's file and move the file. Harmless to do again after a crash."""
    if run.source is None or run.source.kind != "folder" or not run.landed_sha256:
        return
    if run.stage == "cancelled" or (not good and not _is_the_files_fault(run)):
        return
    look = run.options.get("arrived", {}).get("memory", {}).get("look", ())
    settle_folder(spec_of(run.source), name, receipt_of(run), look, good=good)


def receipt_of(run: Run) -> dict[str, Any]:
    """The receipt as the department finds it."""
    return {
        "file": run.file_name,
        "sha256": run.landed_sha256,
        "bytes": run.bytes,
        "run": run.id,
        "state": run.stage,
        "finished": run.finished.isoformat() if run.finished else None,
        **(run.receipt or {}),
        **({"error": run.error} if run.error else {}),
    }


def _is_the_files_fault(run: Run) -> bool:
    """Whether delivering another file would help; a full disk or a crash is our own fault, and the file stays."""
    code = str((run.error or {}).get("code", ""))
    return code not in {
        "collection.disk_full",
        "kernel.disk-full",
        "collection.run_broke",
        "collection.run_interrupted",
        "collection.run_cancelled",
        "collection.rows_unaccounted",
        "warehouse.version-conflict",
    }
