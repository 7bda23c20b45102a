"""What a provider is made of."""

from dataclasses import replace

import pytest
from pydantic import SecretStr

from services.providers import Access
from services.providers.deezer import ROW


def test_a_row_gives_what_its_paths_name() -> None:
    assert ROW.metrics == {"deezer_fans"}


def test_a_row_that_names_no_metric_is_refused() -> None:
    with pytest.raises(ValueError, match="deezer gives what is no metric: deezer_fnas"):
        replace(ROW, paths={"deezer_fnas": ("nb_fan",)})


def test_credentials_are_told_to_a_request_alone() -> None:
    access = Access("https://provider.example", {"a_key": SecretStr("a-secret")})

    assert access.secret("a_key") == "a-secret"
    assert "a-secret" not in repr(access)
