import pytest

from routes.headers import header

SCOPE = {"headers": [(b"accept", b"a/b"), (b"x-name", "é".encode("latin-1")), (b"accept", b"c/d")]}


@pytest.mark.parametrize(("name", "value"), [(b"accept", "a/b"), (b"x-name", "é"), (b"host", None)])
def test_the_first_value_of_a_header_is_given(name: bytes, value: str | None) -> None:
    assert header(SCOPE, name) == value
