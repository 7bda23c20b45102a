from execution.compiled.operation import Operation
from tests.execution.compiled.library import BookModel, Desk
from tests.execution.compiled.test_plan import plan

QUERY = "query($id: Int!) { book(id: $id) { id title } }"


async def test_an_operation_is_run_for_several_requests_at_once() -> None:
    operation, desk = Operation(plan(QUERY)), Desk()
    calls = [operation.plan.keywords({"id": book}) for book in (2, 9, 1)]

    ran = await operation.run(desk, calls, ())

    found = [{"id": 2, "title": "A title"}, None, {"id": 1, "title": "A title"}]
    assert ran.data == [{"book": book} for book in found]
    assert [call.name for call in desk.calls] == ["books of calls"]


async def test_where_something_is_odd_there_is_no_data_and_all_that_was_found() -> None:
    operation = Operation(plan(QUERY))

    ran = await operation.run(Desk(books={1: BookModel(1, title=[])}), [[{"id": 1}]], ())

    assert ran.data is None
    assert [book.id for book in ran.found.objects[1]] == [1]
