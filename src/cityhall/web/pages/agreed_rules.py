"""The quality rules agreed for a dataset: everybody reads them, its stewards agree new ones and end old ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, get_args

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from cityhall.catalog.actions import agree_rules
from cityhall.catalog.queries import OPERATORS, CheckRule, Dataset, Item, RuleKind
from cityhall.identity.queries import can, require
from cityhall.kernel.errors import Conflict, Invalid
from cityhall.kernel.text import Text
from cityhall.opening.queries import dataset_for
from cityhall.web.rendering import show
from cityhall.web.visitor import actor_for
from cityhall.web.words import language, pick, say

KINDS: tuple[RuleKind, ...] = get_args(RuleKind)
SHOWN_CODES = 8


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A rule in a sentence. One about items that the reader may not see is counted and not told."""

    code: str
    says: str
    severity: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesPage:
    """The rules in force, how many more there are about hidden items, and for editors the form with what was typed in it and
    why it was refused."""

    dataset: Dataset
    lines: tuple[RuleLine, ...]
    hidden: int
    may_edit: bool
    kind: str
    typed: Mapping[str, str]
    refusal: str = ""

    @property
    def kinds(self) -> tuple[RuleKind, ...]:
        """The kinds of rules there are."""
        return KINDS

    @property
    def operators(self) -> tuple[str, ...]:
        """The relations in which two items may stand."""
        return OPERATORS

    @property
    def items(self) -> tuple[tuple[str, str], ...]:
        """The items to choose from, by name and title."""
        return tuple((one.name, pick(one.title) or one.name) for one in self.dataset.items)


@require_http_methods(["GET", "HEAD", "POST"])
def rules_page(request: HttpRequest, dataset_id: str) -> HttpResponse:
    """The rules in force; POST agrees one more (`kind`), or ends one (`end`)."""
    actor = actor_for(request)
    found, decision = dataset_for(actor, dataset_id, "statistics")
    if request.method == "POST":
        require(actor, "catalog.edit", found.agency_id)
    sent, refusal = request.POST.dict(), ""
    if sent:
        try:
            revision = int(sent["revision"]) if sent.get("revision", "").isdecimal() else 0
            agree_rules(
                actor, found.id, _wanted(found, sent), expected_revision=revision, why=sent.get("why", "")
            )
        except (Invalid, Conflict) as error:
            refusal = error.say(language())
        else:
            messages.success(request, say("rules.agreed"))
            return HttpResponseRedirect(reverse("dataset-rules", args=[found.id]))
    told = [one for one in found.rules if set(one.items) <= set(decision.clear)]
    page = RulesPage(
        dataset=found,
        lines=tuple(RuleLine(one.code, sentence(one, found), one.severity) for one in told),
        hidden=len(found.rules) - len(told),
        may_edit=can(actor, "catalog.edit", found.agency_id),
        kind=_kind(sent.get("kind") or request.GET.get("kind", "")),
        typed=sent,
        refusal=refusal,
    )
    return show(request, "pages/rules.html", page, status=422 if refusal else 200)


def _kind(asked: str) -> str:
    """The kind whose form is shown."""
    return asked if asked in KINDS else KINDS[0]


def sentence(rule: CheckRule, found: Dataset) -> str:
    """What a rule asks, in the reader's language; its own message where it has one."""
    if own := pick(rule.message):
        return own
    titles = {one.name: pick(one.title) or one.name for one in found.items}
    names = [titles.get(name, name) for name in rule.items]
    facts = {"items": say("site.comma").join(names), **_facts(rule)}
    if rule.kind == "compare":
        facts |= {"first": names[0], "second": names[-1]}
    return say(f"rule.{_form(rule)}", **facts)


def _form(rule: CheckRule) -> str:
    if rule.kind != "range":
        return rule.kind
    bounds = [name for name in ("low", "high") if rule.params.get(name) is not None]
    return bounds[0] if len(bounds) == 1 else "range"


def _facts(rule: CheckRule) -> dict[str, Any]:
    facts = {name: value for name, value in rule.params.items() if isinstance(value, str | int | float)}
    codes = [str(code) for code in rule.params.get("codes", ())]
    more = say("rules.more_codes", n=len(codes) - SHOWN_CODES) if len(codes) > SHOWN_CODES else ""
    return facts | {"codes": say("site.comma").join(codes[:SHOWN_CODES]) + more}


def _wanted(found: Dataset, sent: Mapping[str, str]) -> tuple[CheckRule, ...]:
    """The rules as they shall be from now on."""
    if ended := sent.get("end"):
        return tuple(one for one in found.rules if one.code != ended)
    return (*found.rules, _new(found, sent))


def _new(found: Dataset, sent: Mapping[str, str]) -> CheckRule:
    kind, taken = sent.get("kind", "")[:20], {one.code for one in found.rules}
    names = [sent.get("item", ""), *([sent.get("second", "")] if kind == "compare" else [])]
    item = next((one for one in found.items if one.name == names[0]), None)
    return CheckRule(
        code=next(code for number in range(1, len(taken) + 2) if (code := f"{kind}_{number}") not in taken),
        kind=kind,  # type: ignore[arg-type]  # the catalogue checks the word
        items=tuple(names),
        params=dict(_params(kind, item, sent)),
        severity="warning" if sent.get("severity") == "warning" else "error",
        message=Text(en=sent.get("message_en", "").strip(), zh=sent.get("message_zh", "").strip()),
    )


def _params(kind: str, item: Item | None, sent: Mapping[str, str]) -> Iterator[tuple[str, Any]]:
    """The parameters of a kind as they were typed; the catalogue says what is missing."""
    given = {name: text.strip() for name, text in sent.items() if text.strip()}
    if kind == "list":
        yield (
            "codes",
            [_value(item, line.strip()) for line in given.get("codes", "").splitlines() if line.strip()],
        )
    for name in {"range": ("low", "high"), "freshness": ("days",)}.get(kind, ()):
        if name in given:
            yield name, _number(given[name]) if name == "days" else _value(item, given[name])
    for name in {"pattern": ("pattern",), "compare": ("op",), "reference": ("dataset", "there")}.get(
        kind, ()
    ):
        yield {"there": "item"}.get(name, name), given.get(name, "")


def _value(item: Item | None, text: str) -> Any:
    return _number(text) if item and item.type in ("integer", "decimal") else text


def _number(text: str) -> int | float | str:
    """The number that is written, or the text when it is none."""
    for form in (int, float):
        try:
            return form(text.replace(",", ""))
        except ValueError:
            continue
    return text
