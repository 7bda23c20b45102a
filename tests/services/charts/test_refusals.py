from services.charts.refusals import ChartShrunk, PageChanged


def test_a_changed_page_says_what_was_expected_and_what_was_found() -> None:
    refusal = PageChanged("a whole number", "1.2M")

    assert (refusal.expected, refusal.found) == ("a whole number", "1.2M")
    assert str(refusal) == "expected a whole number, found '1.2M'"


def test_what_was_found_is_told_in_one_short_line_without_what_a_terminal_obeys() -> None:
    told = str(PageChanged("a rank", "\x1b[31mred\n" + "x" * 1000))

    assert told.isprintable()
    assert len(told) < 200


def test_an_empty_finding_is_told_as_nothing() -> None:
    assert str(PageChanged("a rank", " \n")) == "expected a rank, found nothing"


def test_a_shrunken_chart_tells_both_sizes_and_the_way_out() -> None:
    assert str(ChartShrunk(200, 40)) == "has 40 rows where 200 are stored; --force stores it all the same"
