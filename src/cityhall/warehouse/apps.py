from django.apps import AppConfig


class WarehouseConfig(AppConfig):
    name = "cityhall.warehouse"
    label = "warehouse"
    default_auto_field = "django.db.models.BigAutoField"
