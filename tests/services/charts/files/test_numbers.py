import pytest

from services.charts.files.numbers import count
from services.charts.refusals import PageChanged


@pytest.mark.parametrize(
    ("text", "number"), [("64217796", 64_217_796), ("1,234", 1234), ("34.0", 34), (" 7 ", 7), ("", None), ("NA", None)]
)
def test_a_number_is_whole_however_it_is_written(text: str, number: int | None) -> None:
    assert count(text) == number


def test_a_fraction_is_none() -> None:
    with pytest.raises(PageChanged):
        count("34.5")
