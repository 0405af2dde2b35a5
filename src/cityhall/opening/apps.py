from django.apps import AppConfig


class OpeningConfig(AppConfig):
    name = "cityhall.opening"
    label = "opening"
    default_auto_field = "django.db.models.BigAutoField"
