from execution.compiled.calls import calls_of
from tests.execution.compiled.test_plan import plan


def names(query: str) -> list[list[list[str]]]:
    """The keys of the root's fields that each call answers, in the lists that are independent of each other."""
    found = plan(query)
    keywords = found.keywords({})
    calls = calls_of(found.root, found.held({}), keywords)
    return [[[one.key for one in call.fields] for call in several] for several in calls]


def test_functions_are_called_independently_of_each_other() -> None:
    assert names("{ book { id } books(ids: [1]) { id } }") == [[["book"]], [["books"]]]


def test_fields_of_one_function_with_the_same_arguments_are_one_call() -> None:
    assert names("{ a: book { id } b: book(id: 2) { id } c: book(id: 1) { id } }") == [[["a", "c"]], [["b"]]]


def test_a_function_that_follows_another_is_called_after_it() -> None:
    assert names("{ returned readers }") == [[["readers"], ["returned"]]]


def test_where_it_follows_several_calls_it_is_independent_of_them() -> None:
    assert names("{ returned readers more: readers(most: 2) }") == [[["returned"]], [["readers"]], [["more"]]]


def test_where_a_level_below_is_still_to_be_found_it_does_not_wait() -> None:
    assert names("{ leftBook { id } book { score } }") == [[["leftBook"]], [["book"]]]
    assert names("{ leftBook { id } book { id } }") == [[["book"], ["leftBook"]]]
