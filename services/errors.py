"""Every fault that a caller is told of, each with its code.

    ServiceError
    ├── BadInput                BAD_USER_INPUT          a value that can't be answered
    ├── NotFound                NOT_FOUND               REST alone: GraphQL answers null
    ├── Unauthenticated         UNAUTHENTICATED         no key, or a wrong one
    ├── Forbidden               FORBIDDEN               the key may not do this
    ├── MethodNotAllowed        METHOD_NOT_ALLOWED
    ├── PayloadTooLarge         PAYLOAD_TOO_LARGE
    ├── UnsupportedMediaType    UNSUPPORTED_MEDIA_TYPE
    ├── RateLimited             RATE_LIMITED            more at once than there is room for: later it may be answered
    ├── LimitExceeded           LIMIT_EXCEEDED          a query that asks for too much at once
    ├── PersistedQueryNotFound  PERSISTED_QUERY_NOT_FOUND   a query sent by its hash alone: no hashes are kept
    ├── UpstreamFailed          UPSTREAM_FAILED         no provider could answer, and nothing is stored
    └── Unavailable             UNAVAILABLE             what the answer needs isn't there
        ├── StoreUnavailable    UNAVAILABLE             MongoDB is away or too slow
        └── NotConfigured       UNAVAILABLE             a setting is missing, or doesn't fit what is stored

HTTP statuses are the routes' business, `extensions` the schema's.
"""

from enum import StrEnum


class Code(StrEnum):
    """What an error is, for programs; the same on both surfaces."""

    BAD_USER_INPUT = "BAD_USER_INPUT"
    GRAPHQL_PARSE_FAILED = "GRAPHQL_PARSE_FAILED"
    GRAPHQL_VALIDATION_FAILED = "GRAPHQL_VALIDATION_FAILED"
    NOT_FOUND = "NOT_FOUND"
    UNAUTHENTICATED = "UNAUTHENTICATED"
    FORBIDDEN = "FORBIDDEN"
    METHOD_NOT_ALLOWED = "METHOD_NOT_ALLOWED"
    PAYLOAD_TOO_LARGE = "PAYLOAD_TOO_LARGE"
    UNSUPPORTED_MEDIA_TYPE = "UNSUPPORTED_MEDIA_TYPE"
    RATE_LIMITED = "RATE_LIMITED"
    LIMIT_EXCEEDED = "LIMIT_EXCEEDED"
    PERSISTED_QUERY_NOT_FOUND = "PERSISTED_QUERY_NOT_FOUND"
    UPSTREAM_FAILED = "UPSTREAM_FAILED"
    UNAVAILABLE = "UNAVAILABLE"
    INTERNAL = "INTERNAL"


class ServiceError(Exception):
    """A fault that was foreseen; its text is fit for the caller to read."""

    code = Code.INTERNAL


class BadInput(ServiceError):
    """A value that can't be answered; the text says which, and what would be right."""

    code = Code.BAD_USER_INPUT


class NotFound(ServiceError):
    """What was asked for isn't there."""

    code = Code.NOT_FOUND


class Unauthenticated(ServiceError):
    """No key was given, or a wrong one."""

    code = Code.UNAUTHENTICATED


class Forbidden(ServiceError):
    """The key is right and may not do this."""

    code = Code.FORBIDDEN


class MethodNotAllowed(ServiceError):
    """The address is right and the method isn't."""

    code = Code.METHOD_NOT_ALLOWED


class PayloadTooLarge(ServiceError):
    """The request's body is over the limit."""

    code = Code.PAYLOAD_TOO_LARGE


class UnsupportedMediaType(ServiceError):
    """The request's body is of a kind that isn't read here."""

    code = Code.UNSUPPORTED_MEDIA_TYPE


class RateLimited(ServiceError):
    """More is asked for at once than there is room for; later it may be answered."""

    code = Code.RATE_LIMITED


class LimitExceeded(ServiceError):
    """A query that asks for too much at once."""

    code = Code.LIMIT_EXCEEDED


class PersistedQueryNotFound(ServiceError):
    """A query was sent by its hash alone, and no hashes are kept: the client is to send the text."""

    code = Code.PERSISTED_QUERY_NOT_FOUND


class UpstreamFailed(ServiceError):
    """No provider could answer, and nothing is stored that could be served instead."""

    code = Code.UPSTREAM_FAILED


class Unavailable(ServiceError):
    """MongoDB is away, or didn't answer within the deadline; or a setting is missing, which the text then names."""

    code = Code.UNAVAILABLE


class StoreUnavailable(Unavailable):
    """MongoDB is away, or didn't answer within the deadline."""


class NotConfigured(Unavailable):
    """A setting is missing that the answer needs, or doesn't fit what is stored; the text names it."""
