"""Who did how well in a period: the scheme that was in force, its ranking, and who may see it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date

from cityhall.cases.declaring.formulas import Period
from cityhall.cases.declaring.judging import Evaluation
from cityhall.cases.declaring.shapes import CaseType
from cityhall.cases.errors import EvaluationUnknown
from cityhall.cases.measuring.counting import Figure, count
from cityhall.cases.measuring.scoring import Score, placed, scores
from cityhall.cases.patrolling.checking_in import kept_since
from cityhall.cases.patrolling.judging import round_measures
from cityhall.identity.queries import actor_for_person, can, people, require, scopes
from cityhall.kernel.actor import Actor


@dataclass(frozen=True, slots=True)
class Ranking:
    """A scheme applied to a period, both days included."""

    evaluation: Evaluation
    first: date
    last: date
    scores: tuple[Score, ...]

    def only(self, keys: Collection[str]) -> Ranking:
        """Of those who have a place the ones with these keys, in their places among themselves (a gap would tell how well
        somebody did who is not told of): what may leave the house."""
        told = [one for one in self.scores if one.place and one.key in keys]
        return replace(self, scores=tuple(placed(told)))


def scheme_of(made: CaseType, of: str, day: date) -> Evaluation:
    """The scheme in force on a day for those told apart by `of`; raises EvaluationUnknown."""
    for one in made.evaluations:
        if one.of == of and one.in_force(day.isoformat()):
            return one
    raise EvaluationUnknown(type=made.title, of=of, day=day.isoformat())


def may_see(actor: Actor, evaluation: Evaluation) -> bool:
    """Whether the actor may look at a ranking: of people, only who supervises."""
    return evaluation.open or can(actor, "cases.supervise")


def evaluated(actor: Actor, made: CaseType, of: str, period: Period, first: date, last: date) -> Ranking:
    """The ranking for a period by the scheme in force on its last day. Raises EvaluationUnknown, RightMissing."""
    scheme = scheme_of(made, of, last)
    if not scheme.open:
        require(actor, "cases.supervise")
    figures = count(made, period, by=of, busy=True, only=[one.measure for one in scheme.indicators])
    compared = _with_rounds(made, _collectors(made, figures), first, last) if of == "opener" else figures
    return Ranking(scheme, first, last, scores(scheme, compared))


def _with_rounds(made: CaseType, figures: tuple[Figure, ...], first: date, last: date) -> tuple[Figure, ...]:
    """The figures with the measures of their rounds."""
    rounds = round_measures(made, first, last, kept_since())
    return tuple(replace(one, measures={**one.measures, **rounds.get(one.key, {})}) for one in figures)


def _collectors(made: CaseType, figures: tuple[Figure, ...]) -> tuple[Figure, ...]:
    """The figures of those who report as their work: not of citizens, nor of the platform itself."""
    rights = {
        made.roles[name].right
        for act in made.acts
        if act.opens
        for name in act.by
        if name in made.roles and made.roles[name].right
    }
    accounts = {one.id for one in people()}
    workers = {key for key in accounts & {one.key for one in figures} if _has_one(key, rights)}
    return tuple(
        one
        for one in figures
        if one.key in workers
        or (one.key not in accounts and one.key != "anonymous" and not one.key.startswith("system:"))
    )


def _has_one(person: str, rights: set[str]) -> bool:
    actor = actor_for_person(person)
    return any(scopes(actor, right) for right in rights)
