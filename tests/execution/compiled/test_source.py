from execution.compiled.source import level_source, loaded
from tests.execution.compiled.test_plan import plan


def text(query: str) -> str:
    (book,) = plan(query).root.fields
    assert book.child is not None
    return "\n".join(level_source(book.child).lines)


def test_documents_that_differ_in_literals_alone_share_their_code() -> None:
    first, second = (text(f'{{ book(id: {n}) {{ id short(mark: "{n}") marks {{ page }} }} }}') for n in (1, 2))

    assert first == second


def test_the_function_of_a_text_is_made_once() -> None:
    (book,) = plan("{ book { id title } }").root.fields
    assert book.child is not None

    first, second = (loaded(level_source(book.child)) for _ in range(2))

    assert first is not second
    assert first.__code__ is second.__code__


def test_nothing_of_a_document_but_names_is_in_the_code() -> None:
    written = text('{ book(id: 77) { short(mark: "__import__") } }')

    assert "77" not in written
    assert "__import__" not in written
