"""Writing data: files and rows go along the road that every delivery takes, and what it rejects is told."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import orjson

from cityhall.catalog import actions as catalog
from cityhall.catalog.queries import Dataset, dataset
from cityhall.collection import actions as collection
from cityhall.collection.actions import Overrides
from cityhall.collection.queries import run as run_of
from cityhall.collection.queries import sources
from cityhall.kernel.actor import Actor
from cityhall.kernel.ids import new_id
from cityhall.web.ckan.calls import Call, Upload
from cityhall.web.ckan.errors import NotMapped, ParameterMissing, ParameterWrong
from cityhall.web.ckan.naming import resource_id, resource_parts
from cityhall.web.ckan.reading import resource_of, seen

MOST_BYTES: Final = 64 * 1024**2
_TYPES: Final = {
    "text": "text", "int": "integer", "int4": "integer", "int8": "integer", "integer": "integer", "bigint": "integer",
    "numeric": "decimal", "float8": "decimal", "float": "decimal", "double precision": "decimal", "date": "date",
    "timestamp": "datetime", "timestamptz": "datetime", "time": "time", "bool": "boolean", "boolean": "boolean",
}  # fmt: skip
_MODES: Final = {"upsert": "upsert", "insert": "append"}


def resource_create(call: Call) -> dict[str, Any]:
    """Load a dataset's data: `package_id`, and a file as `upload` (at most 64 MB) or a `url` that is collected. All
    formats of the result are made of these rows.
    """
    return _load(call, seen(call, call.text("package_id")).dataset)


def resource_update(call: Call) -> dict[str, Any]:
    """Load new data: `id` of a resource, and `upload` or `url`."""
    return _load(call, seen(call, resource_parts(call.text("id"))[0]).dataset)


def resource_patch(call: Call) -> dict[str, Any]:
    """The same as resource_update."""
    return resource_update(call)


def datastore_create(call: Call) -> dict[str, Any]:
    """Load a dataset's rows: `resource_id` or `resource` with a `package_id`, `fields` with id and type, `records`,
    `primary_key`. The rows replace those before.
    """
    named = call.text("resource_id", "") or str(call.table("resource").get("package_id") or "")
    if not named:
        raise ParameterMissing(name="resource_id")
    now = seen(call, resource_parts(named)[0]).dataset
    records = call.objects("records")
    if not records:
        raise NotMapped(action="a table without rows", why="its columns are known by its first rows")
    key = call.names("primary_key")
    items = {str(one.get("id")): _item(one) for one in call.objects("fields")} if not now.items else {}
    overrides = Overrides(**_place(now), key=key, items=items)
    receipt = _publish(call.actor, f"{now.code}.ndjson", _ndjson(records), overrides)
    loaded = dataset(now.id)
    if key and loaded.key != key:
        catalog.update_dataset(call.actor, loaded.id, {"key": key}, loaded.revision, why="CKAN interface")
    return {"resource_id": resource_id(now.id, "csv"), "package_id": now.id, "method": "insert", **receipt}


def datastore_upsert(call: Call) -> dict[str, Any]:
    """Add rows (`method` insert) or bring them up to date by the key (upsert): `resource_id`, `records`. The answer
    counts the rows that were taken and those in quarantine.
    """
    now = seen(call, resource_parts(call.text("resource_id"))[0]).dataset
    method = call.text("method", "upsert")
    if method not in _MODES:
        raise NotMapped(action=f"method {method[:20]}", why="rows are inserted or upserted")
    if call.flag("dry_run"):
        raise NotMapped(action="dry_run", why="rows are judged when they are loaded")
    body = _ndjson(call.objects("records"))
    source = _push_source(call.actor, now, _MODES[method])
    made = collection.push(call.actor, source, body, "application/x-ndjson", new_id("ckan"))
    collection.perform_run(run_id=made.id)
    return {"resource_id": resource_id(now.id, "csv"), "method": method, **_receipt(made.id)}


def collect_from(actor: Actor, now: Dataset, url: str) -> str:
    """Collect a dataset's data from an address, now; answers the run's id. The same address is the same source."""
    known = [one for one in sources(dataset_id=now.id, kind="http") if one.settings.get("url") == url]
    source = known[0].id if known else collection.create_source(
        actor, "http", now.title if now.title.zh else now.code, {"url": url}, dataset_id=now.id
    )  # fmt: skip
    return collection.start_run(actor, source)


def _load(call: Call, now: Dataset) -> dict[str, Any]:
    upload = call.files.get("upload")
    if upload is None:
        run = collect_from(call.actor, now, call.text("url"))
        return {"id": resource_id(now.id, "csv"), "package_id": now.id, "url": call.text("url"), "run": run}
    receipt = _publish(call.actor, _named(upload, call), _content(upload), Overrides(**_place(now)))
    return resource_of(call, resource_id(now.id, "csv")) | receipt


def _place(now: Dataset) -> dict[str, Any]:
    """Where the rows belong: always the same source, whatever the sender calls the file."""
    return {"code": now.code, "agency": now.agency_id, "name": f"ckan:{now.code}", "draft": True}


def _named(upload: Upload, call: Call) -> str:
    """The file's name, with an ending by which it can be read."""
    name = Path(upload.name or "data").name
    ending = call.text("format", "").lower()
    return name if Path(name).suffix or not ending.isalnum() else f"{name}.{ending}"


def _content(upload: Upload) -> bytes:
    if (upload.size or 0) > MOST_BYTES:
        raise ParameterWrong(
            name="upload", why=f"it is larger than {MOST_BYTES} bytes; use a drop folder or a source"
        )
    content: bytes = upload.read()
    return content


def _publish(actor: Actor, name: str, content: bytes, overrides: Overrides) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="cityhall-ckan-") as folder:
        path = Path(folder) / (
            hashlib.sha256(name.encode()).hexdigest()[:16] + Path(name).suffix.lower()[:12]
        )
        path.write_bytes(content)
        done = collection.publish_file(actor, path, overrides)
    return _receipt(done.tables[0].run_id)


def _receipt(run_id: str) -> dict[str, Any]:
    """What became of the rows. A run that failed is an error of this call."""
    ended = run_of(run_id)
    if ended.stage != "done":
        told = ended.error or {"title": {"en": f"the run stands at {ended.stage}"}}
        raise ParameterWrong(name="records", why=f"{told['title']['en']} (run {run_id})")
    return {"run": run_id, "receipt": ended.receipt}


def _push_source(actor: Actor, now: Dataset, mode: str) -> str:
    for one in sources(dataset_id=now.id, kind="push"):
        if one.mode == mode and one.enabled:
            return one.id
    return collection.create_source(
        actor, "push", f"CKAN {mode} {now.code}", {}, dataset_id=now.id, mode=mode, key=now.key
    )


def _ndjson(records: tuple[Mapping[str, Any], ...]) -> bytes:
    """One row a line, without CKAN's row number."""
    rows = ({name: value for name, value in one.items() if name != "_id"} for one in records)
    return b"\n".join(orjson.dumps(row) for row in rows) + b"\n" if records else b""


def _item(field: Mapping[str, Any]) -> dict[str, Any]:
    info = field.get("info") if isinstance(field.get("info"), dict) else {}
    item: dict[str, Any] = {}
    if kind := _TYPES.get(str(field.get("type", "")).lower()):
        item["type"] = kind
    if isinstance(info, dict) and info.get("label"):
        item["title"] = str(info["label"])
    return item
