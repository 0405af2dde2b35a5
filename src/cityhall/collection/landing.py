"""The first stage: get the bytes (or nothing new), keep them by their hash, compare them with the manifest."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cityhall.collection.errors import NothingToCollect
from cityhall.collection.models import Run, Source
from cityhall.collection.reporting import Reporter
from cityhall.collection.sources.folder import check_manifest
from cityhall.collection.sources.kinds import FETCHERS, spec_of
from cityhall.kernel.text import Text
from cityhall.warehouse.actions import land
from cityhall.warehouse.queries import raw_path


@dataclass(frozen=True, slots=True)
class Arrived:
    """Landed bytes: where they are, what the sender called them, and what belongs to them."""

    path: Path
    name: str
    sha256: str
    memory: dict[str, Any]
    manifest: dict[str, Any]


def landed_bytes(run: Run, work: Path, reporter: Reporter) -> Arrived:
    """The run's bytes: those landed by an earlier attempt, or fetched now. Raises NothingToCollect."""
    if run.landed_sha256:
        reporter.took(bytes=run.bytes)
        kept = run.options.get("arrived", {})
        arrived = Arrived(
            path=raw_path(run.landed_sha256),
            name=run.file_name,
            sha256=run.landed_sha256,
            memory=kept.get("memory", {}),
            manifest=kept.get("manifest", {}),
        )
    else:
        arrived = _fetch(run, work, reporter)
    check_manifest(arrived.name, arrived.manifest, sha256=arrived.sha256)
    return arrived


def _fetch(run: Run, work: Path, reporter: Reporter) -> Arrived:
    if run.source is None or run.source.kind not in FETCHERS:
        raise NothingToCollect(name=run.file_name)
    source: Source = run.source
    fetched = reporter.aside(FETCHERS[source.kind], spec_of(source), work, reporter.tick)
    if fetched is None:
        raise NothingToCollect(name=source.name)
    run.file_name = fetched.name[:300]
    return keep(run, fetched.path, fetched.name, reporter, memory=fetched.memory, manifest=fetched.manifest)


def keep(
    run: Run, path: Path, name: str, reporter: Reporter, *, memory: Any = None, manifest: Any = None
) -> Arrived:
    """Land a file for a run and note it on the run's row at once, so that a crash restarts from these bytes."""
    landed = reporter.aside(land, path, name)
    arrived = Arrived(landed.path, name, landed.sha256, dict(memory or {}), dict(manifest or {}))
    reporter.took(bytes=landed.size)
    run.landed_sha256, run.bytes = landed.sha256, landed.size
    run.options = {**run.options, "arrived": {"memory": arrived.memory, "manifest": arrived.manifest}}
    Run.objects.filter(pk=run.pk).update(
        landed_sha256=landed.sha256, bytes=landed.size, options=run.options, file_name=run.file_name
    )
    reporter.say(
        Text(
            en=f"{name}: {landed.size:,} bytes landed, sha256 {landed.sha256}",
            zh=f"{name}：已接收 {landed.size:,} 字节，sha256 {landed.sha256}",
        )
    )
    return arrived
