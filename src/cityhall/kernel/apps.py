from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "cityhall.kernel"
    label = "kernel"
