"""What every gateway of these tests needs, imported and read once in the process that they are forked from."""

import app.backplane.redis
import app.persistence.postgres  # noqa: F401
import tests.faults.gateway  # noqa: F401
from handoff.triage import Triage

Triage.load()
