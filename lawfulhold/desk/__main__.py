"""`python -m lawfulhold.desk check --deploy`: Django's own commands on the desk."""

import os
import sys


def main() -> None:
    """Run one of Django's commands with the desk's settings."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lawfulhold.desk.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(["lawfulhold.desk", *sys.argv[1:]])


if __name__ == "__main__":
    main()
