"""Comments on datasets: written by people, answered by the agency, released or hidden by its steward."""

from __future__ import annotations

from django.conf import settings
from django.db.models import F

from cityhall.identity.queries import can, person
from cityhall.kernel import clock
from cityhall.kernel.actor import Actor
from cityhall.kernel.text import Text
from cityhall.ledger.actions import action, record
from cityhall.opening import models
from cityhall.opening.talking.errors import CommentUnknown, SaidAlready
from cityhall.opening.talking.rules import demanded, limit_of, plain
from cityhall.opening.talking.speaking import (
    MODERATE,
    decide_said,
    first_state,
    speaker,
    subject_for,
    take_back,
    tell_author,
    tell_decision,
    tell_stewards,
    within_limits,
)

YOUR_WORDS = Text(en="your words", zh="评论内容")
# So many people who report a comment put it back before the steward.
REPORTS_TO_WAIT = 3


@action("opening.comment")
def comment(actor: Actor, dataset_id: str, text: str, *, reply_to: str = "") -> str:
    """Write a comment, or a reply to one; answers its id. Official, and shown at once, when the actor speaks for the agency.

    Whether others wait for the steward's release is the setting CITYHALL_COMMENTS. Errors: `AccountNeeded`,
    `DatasetHidden`, `CommentUnknown`, `TextMissing`, `TextTooLong`, `SaidAlready`, `TooMuchWritten`.
    """
    speaker(actor)
    found = subject_for(actor, dataset_id)
    official = can(actor, MODERATE, found.agency_id)
    kind = "reply" if official else "comment"
    body = demanded(plain(text, limit_of(kind).longest), YOUR_WORDS)
    mine = models.Comment.objects.filter(person_id=actor.id)
    within_limits(actor, kind, mine)
    if mine.filter(dataset_id=found.id, body=body).exclude(state="withdrawn").exists():
        raise SaidAlready()
    answered = _answered(reply_to, found.id) if reply_to else None
    at_once = official or settings.CITYHALL_COMMENTS == "at_once"
    row = models.Comment.objects.create(
        dataset_id=found.id,
        agency_id=found.agency_id,
        person_id=actor.id,
        author=person(actor.id).public_name,
        body=body,
        official=official,
        reply_to=answered,
        created=clock.now(),
        **first_state(clock.now(), at_once),
    )
    record(f"dataset:{found.id}", comment=row.id, official=official, state=row.state)
    _tell(row, found.title)
    return row.id


def _answered(comment_id: str, dataset_id: str) -> models.Comment:
    """The comment a reply belongs to: a reply to a reply belongs to the same one."""
    row = models.Comment.objects.filter(id=comment_id, dataset_id=dataset_id, state="shown").first()
    if row is None:
        raise CommentUnknown()
    return row.reply_to or row


def _tell(row: models.Comment, title: Text) -> None:
    link = f"/datasets/{row.dataset_id}/talk/"
    if row.official and row.reply_to:
        tell_author(
            row.reply_to.person_id,
            Text(en=f"The agency answered you on “{title.en}”", zh=f"机构回复了您在“{title.zh}”下的评论"),
            Text(en="Read the answer under the dataset.", zh="请在数据集页面查看回复。"),
            link,
        )
    elif row.state == "waiting":
        tell_stewards(
            row.agency_id,
            Text(en=f"A comment on “{title.en}” waits", zh=f"“{title.zh}”有一条评论待审核"),
            Text(en="Release it or hide it, and answer if you can.", zh="请审核是否公开，并尽量回复。"),
            "/desk/talk/",
        )


@action("opening.decide_comment")
def decide_comment(actor: Actor, comment_id: str, shown: bool, why: str = "") -> None:
    """Release a comment, or hide it with the reason that its author is told. Errors: `CommentUnknown`, `RightMissing`,
    `AnsweredAlready`, `TextMissing`.
    """
    row = _comment(comment_id)
    reason = decide_said(actor, row, shown, why)
    if shown:
        row.reported.all().delete()
        models.Comment.objects.filter(id=row.id).update(reports=0)
    record(f"dataset:{row.dataset_id}", comment=row.id, state=row.state)
    good, bad = (
        Text(en="Your comment is public now", zh="您的评论已公开"),
        Text(en="Your comment was not made public", zh="您的评论未予公开"),
    )
    thanks = Text(en="Thank you for writing.", zh="感谢您的留言。")
    tell_decision(row, good if shown else bad, thanks, reason)


@action("opening.withdraw_comment")
def withdraw_comment(actor: Actor, comment_id: str) -> None:
    """Take one's own comment back; its words are erased. Errors: `CommentUnknown`."""
    row = _comment(comment_id)
    take_back(actor, row, CommentUnknown, body="")
    record(f"dataset:{row.dataset_id}", comment=row.id)


@action("opening.report_comment")
def report_comment(actor: Actor, comment_id: str, reason: str = "") -> None:
    """Say that a comment should not stand: once each. After three people it waits for the steward again.

    Errors: `AccountNeeded`, `CommentUnknown`, `SaidAlready`, `TooMuchWritten`.
    """
    speaker(actor)
    row = _comment(comment_id)
    if row.state != "shown":
        raise CommentUnknown()
    within_limits(actor, "report", models.CommentReport.objects.all())
    words = plain(reason, limit_of("report").longest)
    _, new = row.reported.get_or_create(
        person_id=actor.id, defaults={"reason": words, "created": clock.now()}
    )
    if not new:
        raise SaidAlready()
    models.Comment.objects.filter(id=row.id).update(reports=F("reports") + 1)
    back = row.reports + 1 >= REPORTS_TO_WAIT and not row.official
    if back:
        models.Comment.objects.filter(id=row.id).update(state="waiting")
    record(f"dataset:{row.dataset_id}", comment=row.id, waits=back)
    tell_stewards(
        row.agency_id,
        Text(en="A comment was reported", zh="有评论被举报"),
        Text(en="Look whether it should stand.", zh="请核查该评论是否应继续公开。"),
        "/desk/talk/",
    )


def _comment(comment_id: str) -> models.Comment:
    row = models.Comment.objects.select_for_update().filter(id=comment_id).first()
    if row is None:
        raise CommentUnknown()
    return row
