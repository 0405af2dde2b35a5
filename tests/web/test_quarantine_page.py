"""The page of bad rows: what was typed stays, whatever is pressed."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import pytest
from django.test import Client
from tests.web.city import City

from cityhall.collection.queries import runs

pytestmark = pytest.mark.django_db
Visit = Callable[..., Client]


def _form(page: str) -> dict[str, str]:
    """The fields of the rows as a browser would send them, nothing ticked."""
    form = page.partition("quarantine/correct/")[2].partition("</form>")[0]
    inputs = re.findall(r'<input (?:type="hidden" )?name="([^"]+)" value="([^"]*)"', form)
    return {unescape(name): unescape(value) for name, value in inputs if name != "csrfmiddlewaretoken"}


def test_what_was_typed_stays_when_rows_are_dismissed_or_refused(visit: Visit, city: City) -> None:
    owner, place = visit("owner"), f"/datasets/{city.parks}/quarantine/"
    sent = _form(owner.get(place).content.decode())
    cell = next(name for name in sent if name.startswith("cell:"))
    typed, line = sent | {cell: "typed by hand"}, cell.split(":")[1]
    kept, before = 'value="typed by hand"', len(runs(dataset_id=city.parks))

    reasoned = owner.post(f"{place}correct/", typed | {"reason": "gone"})
    assert reasoned.status_code == 422 and kept in reasoned.content.decode()
    assert 'name="reason" value="gone"' in reasoned.content.decode()
    assert len(runs(dataset_id=city.parks)) == before
    nothing_ticked = owner.post(f"{place}dismiss/", typed | {"reason": "gone"})
    assert nothing_ticked.status_code == 422 and kept in nothing_ticked.content.decode()
    no_reason = owner.post(f"{place}dismiss/", typed | {"line": line})
    assert no_reason.status_code == 422 and kept in no_reason.content.decode()
    assert f'name="line" value="{line}" checked' in no_reason.content.decode()

    other = next(name.split(":")[1] for name in sent if name.split(":")[1:2] not in ([], [line]))
    done = owner.post(f"{place}dismiss/", typed | {"line": other, "reason": "gone"})
    assert done.status_code == 200 and kept in done.content.decode()
    assert f'value="{other}"' not in done.content.decode()


def test_the_item_of_a_finding_stands_first(visit: Visit, city: City) -> None:
    owner, place = visit("owner"), f"/datasets/{city.parks}/quarantine/"
    finding = re.findall(r'href="\?finding=([^#"]+)#rows"', owner.get(place).content.decode())[0]
    rows = owner.get(f"{place}?finding={finding}").content.decode().partition('id="rows"')[2]
    first = re.findall(r'<th scope="col" title="([^"]+)"', rows)[0]
    bad = re.findall(r'name="cell:\d+:([^"]+)"', rows)
    assert first in bad
    assert f'quarantine/correct/?finding={finding}"' in rows
