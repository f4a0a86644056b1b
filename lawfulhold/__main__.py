"""`python -m lawfulhold`."""

import sys

from lawfulhold.cli import main

sys.exit(main())
