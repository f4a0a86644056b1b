"""The one Django app of the desk."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """Label `desk`: the prefix of the tables and of `AUTH_USER_MODEL`."""

    name = "lawfulhold.desk"
    label = "desk"
    verbose_name = "Detainer desk"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect what Django signals (signing in and out goes into the docket)."""
        from lawfulhold.desk import signals  # noqa: F401
