"""An operation that has a plan: carried out for one request, or for several at once."""

from collections.abc import Sequence
from dataclasses import dataclass

from execution.batching import HasLoads
from execution.compiled.building import Builder, Row
from execution.compiled.plan import Held, Plan
from execution.compiled.running import Found, Keywords, run


@dataclass(slots=True)
class Ran:
    """What was found for some requests, and the data of their answers; no data where something is odd in one."""

    found: Found
    data: list[Row] | None


class Operation:
    """An operation's plan, and what builds its answers."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._builder = Builder(plan)

    async def run(self, context: HasLoads, calls: Sequence[list[Keywords]], held: Held) -> Ran:
        """Carry it out for the requests with these arguments."""
        return self.built(await self.find(context, calls, held))

    async def find(self, context: HasLoads, calls: Sequence[list[Keywords]], held: Held) -> Found:
        """Find what the requests with these arguments ask for; every fault is in it. The loads are closed."""
        try:
            return await run(self.plan, context, calls, held)
        finally:
            context.loads.close()

    def built(self, found: Found) -> Ran:
        """What was found, and the answers' data."""
        try:
            return Ran(found, self._builder.build(found))
        except Exception:
            # What it is that isn't as it should be, the exact way tells.
            return Ran(found, None)
