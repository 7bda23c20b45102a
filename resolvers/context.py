"""What a GraphQL request carries."""

from dataclasses import dataclass, field

from execution.batching import Loads
from services import Services
from services.freshness import Caller


@dataclass(slots=True)
class Context:
    """One request's services, caller and loads."""

    services: Services
    caller: Caller
    loads: Loads = field(init=False)

    def __post_init__(self) -> None:
        self.loads = Loads(self)
