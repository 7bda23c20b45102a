"""How many ask for the like at once, by which those who carry requests out together see when to begin.

While one lot is under way its answers bring the same clients back; once half of all wait, there is nothing left to do
for them until the store has answered. Then the next lot is best begun beside it: both are as large as they get.
"""

# How many fewer are taken to be there after each lot, until as many come again.
FORGOTTEN_A_LOT = 1 / 32


class Crowd:
    """Those under way, in how many lots, and how many were there at once of late."""

    def __init__(self) -> None:
        self.lots = 0
        self.under_way = 0
        self.most: float = 0

    def wait(self, waiting: int) -> None:
        """So many wait now."""
        there = self.under_way + waiting
        if there > self.most:
            self.most = there

    def begin(self, taken: int) -> None:
        """A lot of so many is under way, who waited, or came to nobody waiting."""
        self.lots += 1
        self.under_way += taken
        self.wait(0)

    def end(self, taken: int) -> None:
        """A lot of so many is no longer under way."""
        self.lots -= 1
        self.under_way -= taken
        self.most -= FORGOTTEN_A_LOT

    def is_half(self, waiting: int) -> bool:
        """Whether so many wait that a lot is to begin beside the one under way: they are half of all."""
        return self.lots == 1 and 0 < waiting >= self.most / 2
