from django.apps import AppConfig


class AppRoot(AppConfig):
    name = "cityhall.app"
    label = "app"

    def ready(self) -> None:
        """Wire the rooms together once Django knows them all."""
        from cityhall.app.wiring import (
            wire_all,
        )  # rooms' models can be imported only after Django has loaded them

        wire_all()
