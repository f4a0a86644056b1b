"""The other tests make their tables from the models; these two lines say that the migrations lead to the same models."""

from __future__ import annotations

from django.core.management import call_command


def test_the_migrations_lead_to_the_models_as_they_are(db: None) -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)  # exits with 1 when a change has no migration
