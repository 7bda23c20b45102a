"""What can go wrong with a provider: raised here and in `services/providers`, data after that.

    ProviderError
    ├── ProviderRefused        the key is missing, wrong or may not ask this: asking again won't help
    │   └── ProviderForbids    … this one thing: it may be asked others
    ├── ProviderThrottled      too many calls, or a quota that is used up; `retry_after` where it was told
    ├── ProviderUnavailable    away, too slow, or a fault of its own that may pass
    ├── ProviderUnreadable     an answer that isn't what was promised, with the place in it
    └── ProviderSpared         not asked at all: left alone after failures, its budget spent, no time within its limits

The text is one line fit for a person, with the provider as its subject ("took longer than 8 s"). It never holds an
address, a key, or more than a few words of the answer.
"""

from datetime import timedelta


class ProviderError(Exception):
    """A provider could not be asked, or its answer could not be used."""

    outcome = "failed"


class ProviderRefused(ProviderError):
    """The key is missing, wrong or may not ask this."""

    outcome = "refused"


class ProviderForbids(ProviderRefused):
    """The key may not ask this, such as what a plan lacks; other things it may, so the provider isn't left alone."""


class ProviderThrottled(ProviderError):
    """Too many calls; `retry_after` is how long to leave it alone, `lasting` a quota that won't be back in moments."""

    outcome = "throttled"

    def __init__(self, message: str, *, retry_after: timedelta | None = None, lasting: bool = False) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.lasting = lasting

    @property
    def passes_soon(self) -> bool:
        """Whether it is worth waiting for: no lasting one, and no longer than SHORT_WAIT as far as was told."""
        return not self.lasting and (self.retry_after or timedelta()) <= SHORT_WAIT


class ProviderUnavailable(ProviderError):
    """Away, too slow, or a fault of its own."""

    outcome = "unavailable"


class ProviderUnreadable(ProviderError):
    """The answer isn't what was promised."""

    outcome = "unreadable"


class ProviderSpared(ProviderError):
    """Not asked: it is left alone, its budget for the day is spent, or its limits leave no time."""

    outcome = "spared"


# What a call may wait for; a provider that wants to be left alone for longer is left alone by all.
SHORT_WAIT = timedelta(seconds=10)
