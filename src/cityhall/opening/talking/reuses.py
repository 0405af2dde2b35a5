"""Used by: people show what they made of a dataset; the agency releases it."""

from __future__ import annotations

from cityhall.identity.queries import can, person
from cityhall.kernel import clock
from cityhall.kernel.actor import Actor
from cityhall.kernel.text import Text
from cityhall.ledger.actions import action, record
from cityhall.opening import models
from cityhall.opening.talking.errors import ReuseUnknown, SaidAlready
from cityhall.opening.talking.rules import LONGEST_TITLE, demanded, limit_of, plain, web_address
from cityhall.opening.talking.speaking import (
    MODERATE,
    decide_said,
    first_state,
    speaker,
    subject_for,
    take_back,
    tell_decision,
    tell_stewards,
    within_limits,
)


@action("opening.show_reuse")
def show_reuse(actor: Actor, dataset_id: str, title: str, address: str, description: str = "") -> str:
    """Offer an example of use for the dataset's page; answers its id. The agency's own appear at once.

    Errors: `AccountNeeded`, `DatasetHidden`, `TextMissing`, `AddressNotWeb`, `TextTooLong`, `SaidAlready`, `TooMuchWritten`.
    """
    speaker(actor)
    found = subject_for(actor, dataset_id)
    name = demanded(plain(title, LONGEST_TITLE, lines=False), Text(en="a title", zh="名称"))
    link = web_address(address)
    same = models.Reuse.objects.filter(dataset_id=found.id, address=link)
    if same.exclude(state__in=("withdrawn", "hidden")).exists():
        raise SaidAlready()
    within_limits(actor, "reuse", models.Reuse.objects.all())
    row = models.Reuse.objects.create(
        dataset_id=found.id,
        agency_id=found.agency_id,
        person_id=actor.id,
        author=person(actor.id).public_name,
        title=name,
        address=link,
        description=plain(description, limit_of("reuse").longest),
        created=clock.now(),
        **first_state(clock.now(), can(actor, MODERATE, found.agency_id)),
    )
    record(f"dataset:{found.id}", reuse=row.id, state=row.state)
    if row.state == "waiting":
        tell_stewards(
            row.agency_id,
            Text(
                en=f"Somebody shows a use of “{found.title.en}”",
                zh=f"有人提交了“{found.title.zh}”的应用案例",
            ),
            Text(en="Look at it and release it.", zh="请查看并审核公开。"),
            "/desk/talk/",
        )
    return row.id


@action("opening.decide_reuse")
def decide_reuse(actor: Actor, reuse_id: str, shown: bool, why: str = "") -> None:
    """Release an example of use, or hide it. Errors: `ReuseUnknown`, `RightMissing`, `AnsweredAlready`, `TextMissing`."""
    row = _reuse(reuse_id)
    reason = decide_said(actor, row, shown, why)
    record(f"dataset:{row.dataset_id}", reuse=row.id, state=row.state)
    good, bad = (
        Text(en=f"“{row.title}” is on the dataset's page", zh=f"“{row.title}”已在数据集页面展示"),
        Text(en=f"“{row.title}” was not released", zh=f"“{row.title}”未予展示"),
    )
    thanks = Text(en="Thank you for showing it.", zh="感谢您的分享。")
    tell_decision(row, good if shown else bad, thanks, reason)


@action("opening.withdraw_reuse")
def withdraw_reuse(actor: Actor, reuse_id: str) -> None:
    """Take one's own example back. Errors: `ReuseUnknown`."""
    row = _reuse(reuse_id)
    take_back(actor, row, ReuseUnknown)
    record(f"dataset:{row.dataset_id}", reuse=row.id)


def _reuse(reuse_id: str) -> models.Reuse:
    row = models.Reuse.objects.select_for_update().filter(id=reuse_id).first()
    if row is None:
        raise ReuseUnknown()
    return row
