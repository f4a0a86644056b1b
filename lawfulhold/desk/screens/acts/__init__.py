"""What can be done with a case: each act has a form, a right, and the service that does it. The services hold the
rules; the forms only ask.
"""

from __future__ import annotations

from lawfulhold.desk.screens.acts import counsel, custody, record, told
from lawfulhold.desk.screens.acts.base import Act

ACTS: dict[str, Act] = {**record.ACTS, **custody.ACTS, **told.ACTS, **counsel.ACTS}
"""Every act by its name in the address."""
