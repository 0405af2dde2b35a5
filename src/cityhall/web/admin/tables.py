"""Every table of the platform, listed under a name in both languages and shown without what is secret."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.apps import apps
from django.db.models import Field, Model
from django.http import HttpRequest
from django.utils.functional import lazy
from unfold.admin import ModelAdmin

from cityhall.web.admin.site import site
from cityhall.web.words import known, say

__all__ = ["Looking", "register_all", "site"]

# Columns that hold secrets, or what opens something: never shown, not even to an operator.
SECRET: Final = frozenset(
    {
        "password",
        "digest",
        "data",
        "settings",
        "memory",
        "secret",
        "key_data",
        "session_data",
        "options",
        "credentials",
    }
)
# And of single tables: who reported (secretly, perhaps), and the ways in that stand in letters.
SECRET_IN: Final = {
    "cases.reporter": frozenset({"name", "phone", "email", "code", "origin"}),
    "messaging.notice": frozenset({"address", "reached", "body", "link", "leave"}),
    "account.emailconfirmation": frozenset({"key"}),
    "axes.accessattempt": frozenset({"get_data", "post_data"}),
}
# Wide columns: on the page of one row, not in the list.
WIDE: Final = frozenset({"JSONField", "TextField", "BinaryField"})
LISTED: Final = 7
ROOMS: Final = ("cityhall.", "axes", "allauth.account", "django_tasks_db")
Named = Callable[[str], Any]
# Said anew at every request, in its language.
_room: Named = lazy(lambda label: say(f"room.{label}"), str)
_table: Named = lazy(lambda label: say(f"model.{label}"), str)


class Looking(ModelAdmin):  # type: ignore[misc]
    """A table to look at."""

    list_per_page = 50
    show_full_result_count = False
    compressed_fields = True
    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002  (Django's signature)
        """Nothing is added here."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002  (Django's signature)
        """Nothing is changed here."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002  (Django's signature)
        """Nothing is deleted here."""
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002  (Django's signature)
        """Who has entered may look."""
        return site.has_permission(request)

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """A list is narrowed by columns that are shown: by others their secrets could be asked for letter by letter."""
        return lookup.partition("__")[0] in self.fields and bool(
            super().lookup_allowed(lookup, value, request)
        )

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Who has entered sees every room."""
        return site.has_permission(request)


def register_all() -> None:
    """Register every table of the platform's rooms, and those of sign-ins and jobs; twice is like once."""
    for config in apps.get_app_configs():
        if not config.name.startswith(ROOMS):
            continue
        if known(f"room.{config.label}"):
            config.verbose_name = _room(config.label)
        for model in config.get_models():
            if model._meta.managed and not site.is_registered(model):  # the others need not be there
                _name(model)
                site.register(model, _admin_of(model))


def _name(model: type[Model]) -> None:
    label = model._meta.label_lower.replace(".", "_")
    if known(f"model.{label}"):
        model._meta.verbose_name = model._meta.verbose_name_plural = _table(label)


def _admin_of(model: type[Model]) -> type[Looking]:
    hidden = SECRET | SECRET_IN.get(model._meta.label_lower, frozenset())
    shown = [field for field in model._meta.concrete_fields if field.name not in hidden]
    narrow = [field.name for field in shown if not _wide(field)]
    return type(
        f"{model.__name__}Looking",
        (Looking,),
        {
            "fields": [field.name for field in shown],
            "readonly_fields": [field.name for field in shown],
            "list_display": narrow[:LISTED],
            "list_select_related": False,
            "search_fields": [model._meta.pk.name],
            "search_help_text": model._meta.pk.name,
            "ordering": [f"-{model._meta.pk.name}"],
        },
    )


def _wide(field: Field[Any, Any]) -> bool:
    return field.get_internal_type() in WIDE


register_all()
