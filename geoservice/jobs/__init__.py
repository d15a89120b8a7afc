"""Long work: a queue both engines keep alike, workers that claim from it, progress, cancelling and recovery.

A handler is a function ``(service, context, asked) -> result``. It tells the context how far it is, which is also
where a wish to cancel is noticed, and does its writing in units of work, so that one that stops leaves nothing behind.
It may be begun again after its worker died: what it did before must then be recognised.
"""

from geoservice.jobs.context import Cancelled, Context, Handler
from geoservice.jobs.worker import Worker, cancel, find_job

__all__ = ["Cancelled", "Context", "Handler", "Worker", "cancel", "find_job"]
