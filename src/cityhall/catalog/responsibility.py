"""The upper part of the chain: fields of data, functions of agencies, and the systems that perform them."""

from __future__ import annotations

from pathlib import Path

from cityhall.catalog import models
from cityhall.catalog.errors import CodeMalformed, CodeTaken, FieldInUse, FunctionUnknown
from cityhall.catalog.rules import is_code
from cityhall.catalog.shapes import EMPTY
from cityhall.catalog.terms import FOLDER, Term, read_terms
from cityhall.identity.queries import agency, require
from cityhall.kernel.actor import Actor
from cityhall.kernel.ids import new_id
from cityhall.kernel.text import Text
from cityhall.ledger.actions import action, record


@action("catalog.load_fields")
def load_fields(actor: Actor, path: Path | None = None) -> int:
    """Make the city's fields equal to a YAML list of `{code, title: {en, zh}}`; answers how many.

    Without a path, the default 22. Raises FieldInUse when one that is left out has datasets, CatalogueUnreadable.
    """
    require(actor, "catalog.configure")
    listed = read_terms(path or FOLDER / "fields.yaml")
    for row in models.Field.objects.exclude(code__in=listed):
        if used := models.Dataset.objects.filter(field=row).count():
            raise FieldInUse(field=row.code, datasets=used)
        row.delete()
    models.Field.objects.bulk_create(
        [_field_row(term, position) for position, term in enumerate(listed.values())],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["title", "position"],
    )
    record("fields", codes=sorted(listed))
    return len(listed)


@action("catalog.register_function")
def register_function(actor: Actor, code: str, agency_id: str, title: Text, legal_basis: Text = EMPTY) -> str:
    """Put a duty of an agency on the responsibility list; answers its id. Raises CodeTaken, CodeMalformed."""
    owner = agency(agency_id).id
    require(actor, "catalog.edit", owner)
    _free_code(models.Function, code)
    row = models.Function.objects.create(
        id=new_id("fun"),
        code=code,
        agency_id=owner,
        title=title.as_dict(),
        legal_basis=legal_basis.as_dict(),
    )
    record(f"function:{row.id}", code=code, agency=owner)
    return row.id


@action("catalog.register_system")
def register_system(actor: Actor, code: str, agency_id: str, title: Text, function: str = "") -> str:
    """Put an information system on the responsibility list; answers its id. `function`: id, code or empty.

    Raises CodeTaken, CodeMalformed, FunctionUnknown (also for a function of another agency).
    """
    owner = agency(agency_id).id
    require(actor, "catalog.edit", owner)
    _free_code(models.System, code)
    row = models.System.objects.create(
        id=new_id("sys"),
        code=code,
        agency_id=owner,
        function_id=_function_id(function, owner) if function else None,
        title=title.as_dict(),
    )
    record(f"system:{row.id}", code=code, agency=owner)
    return row.id


def _field_row(term: Term, position: int) -> models.Field:
    return models.Field(code=term.code, title=term.title.as_dict(), position=position)


def _free_code(table: type[models.Function] | type[models.System], code: str) -> None:
    if not is_code(code):
        raise CodeMalformed(code=code)
    if table.objects.filter(code=code).exists():
        raise CodeTaken(code=code)


def _function_id(id_or_code: str, owner: str) -> str:
    rows = models.Function.objects.filter(agency_id=owner)
    found = rows.filter(code=id_or_code).first() or rows.filter(id=id_or_code).first()
    if found is None:
        raise FunctionUnknown(function=id_or_code)
    return found.id
