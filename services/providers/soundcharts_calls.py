"""What all calls to Soundcharts share: the headers that it wants, and how its answers tell of faults."""

from datetime import timedelta

from services.providers.answers import body_of, throttled, told
from services.providers.protocol import Access
from services.providers.values import pick
from services.transport import Answer, ProviderThrottled, ProviderUnreadable, fault_of


def credentials_of(access: Access) -> dict[str, str]:
    """The headers that say who asks."""
    return {
        "x-app-id": access.secret("soundcharts_app_id"),
        "x-api-key": access.secret("soundcharts_api_key"),
    }


def body_of_soundcharts(answer: Answer) -> object:
    """The JSON of an answer that is no fault. Raises ProviderError."""
    fault = fault_of(answer)
    if isinstance(fault, ProviderThrottled):
        if "maximum request count" in told(answer) or fault.retry_after is not None:
            # Its own client waits a second longer than the header says.
            raise ProviderThrottled(str(fault), retry_after=(fault.retry_after or timedelta()) + timedelta(seconds=1))
        raise throttled(answer, lasting=True)
    body = body_of(answer)
    if pick(body, "errors"):
        raise ProviderUnreadable("answered errors")
    return body
