"""The tree of errors every room raises: subject, value and remedy, free of HTTP."""

from __future__ import annotations


class GeoserviceError(Exception):
    """Something a person can understand and mend.

    Parameters
    ----------
    subject : str
        What went wrong, as a sentence without the offending value.
    value : object, optional
        The offending value; shown by ``str`` and returned to the caller.
    remedy : str, optional
        What to do about it.
    """

    code = "error"

    def __init__(self, subject: str, value: object = None, remedy: str = "") -> None:
        self.subject = subject
        self.value = value
        self.remedy = remedy
        super().__init__(subject)

    def __str__(self) -> str:
        """Join subject, value and remedy into the line a terminal shows."""
        text = self.subject if self.value is None else f"{self.subject}: {self.value}"
        return f"{text}. {self.remedy}" if self.remedy else text


class InvalidInput(GeoserviceError):
    """A parameter, file or row does not say what it must say."""

    code = "invalid_input"


class NotFound(GeoserviceError):
    """Nothing is known under that key, code or name."""

    code = "not_found"


class Forbidden(GeoserviceError):
    """The principal's role or scope does not reach this."""

    code = "forbidden"


class NotSignedIn(GeoserviceError):
    """The request carries no credentials, or stale ones."""

    code = "not_signed_in"


class NotAcceptable(GeoserviceError):
    """The client takes none of the formats there are (RFC 9110, 15.5.7)."""

    code = "not_acceptable"


class Conflict(GeoserviceError):
    """The change contradicts what is recorded, or somebody was faster."""

    code = "conflict"


class Stale(GeoserviceError):
    """The change was made for a state that is no longer in force (RFC 9110, 13.1.1)."""

    code = "stale"


class Unconditional(GeoserviceError):
    """The change does not say which state it was made for (RFC 6585, 3)."""

    code = "unconditional"


class Unavailable(GeoserviceError):
    """The database, a file or a port cannot be used at the moment."""

    code = "unavailable"


class Busy(Unavailable):
    """Everything that could answer is in use; a moment later it may not be."""

    code = "busy"


class TimeLimit(GeoserviceError):
    """The database was given up on, since the answer took too long."""

    code = "time_limit"


class TooLarge(GeoserviceError):
    """What was sent, or what was asked for, is larger than this service allows."""

    code = "too_large"
