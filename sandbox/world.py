"""What the providers of the sandbox share: the time, the artists and their numbers, the logins."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime

from sandbox.artists import Artist, Directory
from sandbox.demo import demo_artists, demo_numbers
from sandbox.logins import Logins
from sandbox.numbers import Numbers
from sandbox.roster import roster
from sandbox.series import PopularitySeries


@dataclass(frozen=True, slots=True)
class World:
    """What all providers speak of."""

    seed: int
    clock: Callable[[], datetime]
    directory: Directory
    numbers: Numbers
    series: PopularitySeries
    logins: Logins = field(default_factory=Logins)

    @property
    def today(self) -> date:
        """The day in UTC."""
        return self.clock().date()

    def knows(self, provider: str, artist: Artist | None) -> bool:
        """Whether there is such an artist, and the provider knows it."""
        return artist is not None and self.numbers.knows(provider, artist)

    def seen(self, provider: str, artist: Artist, metric: str) -> int | None:
        """What the provider counts today, None for a gap."""
        return self.numbers.seen(provider, artist, metric, self.today)


def make_world(*, seed: int, clock: Callable[[], datetime]) -> World:
    """The world of a run; reads the files of `demo/`. `clock` gives aware times in UTC."""
    real = demo_numbers()
    numbers = Numbers(seed, real)
    directory = Directory([*demo_artists(), *roster()])
    return World(seed, clock, directory, numbers, PopularitySeries(seed, numbers, real))
