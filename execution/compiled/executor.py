"""Carries out queries by plans, each made once for its document; what has none goes to graphql-core."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

import orjson
import strawberry
from graphql import GraphQLError, GraphQLSyntaxError, OperationDefinitionNode

from execution.compiled.arguments import Unanswerable
from execution.compiled.completion import complete
from execution.compiled.operation import Operation, Ran
from execution.compiled.plan import Held, Plan
from execution.compiled.running import Keywords
from execution.compiled.selection import NotCompiled
from execution.compiled.together import Joined, Together
from execution.documents import Documents, Prepared
from execution.executor import Answer, Begun, Executor, Formatted, Part, Request
from execution.sharing import Apart

# What is told of an operation that was carried out by its plan; of others it is the reason why not.
COMPILED = "compiled"


class CompiledExecutor:
    """Carries out queries by their plans, and all else by `otherwise`, which words every refusal.

    Both have the same `documents`. `observe` is told of each request that it was compiled, or why it wasn't.
    """

    def __init__(
        self,
        schema: strawberry.Schema,
        documents: Documents,
        *,
        otherwise: Executor,
        format_errors: Callable[[Sequence[GraphQLError]], list[Formatted]],
        observe: Callable[[str], None],
    ) -> None:
        self._schema = schema
        self._documents = documents
        self._otherwise = otherwise
        self._format_errors = format_errors
        self._observe = observe
        self._together = Together()

    def begin(self, request: Request, context: Any) -> Begun:
        """Begin with the request; every fault is in its answer."""
        try:
            operation, keywords, held = self._asked(request)
        except NotCompiled as error:
            self._observe(str(error))
            return self._otherwise.execute(request, context)
        self._observe(COMPILED)
        part = _Part(self, operation, context, keywords, held)
        if self._together.join(part, operation, held):
            return part
        return part.apart()

    async def execute(self, request: Request, context: Any) -> Answer:
        """Carry out the request; every fault is in the answer."""
        begun = self.begin(request, context)
        if not isinstance(begun, Part):
            return await begun
        ended = asyncio.Event()
        begun.when_ended(ended.set)
        try:
            await ended.wait()
        except asyncio.CancelledError:
            begun.cancel()
            self._together.stop_what_nobody_waits_for()
            raise
        return begun.answer() or await begun.apart()

    async def alone(self, operation: Operation, context: Any, keywords: list[Keywords], held: Held) -> Answer:
        """The answer of the operation to one request."""
        return self.answer(operation, await operation.run(context, [keywords], held), 0)

    def _asked(self, request: Request) -> tuple[Operation, list[Keywords], Held]:
        """The operation, the arguments of its fields, the conditions that hold; raises NotCompiled."""
        if not request.compiled:
            raise NotCompiled("off")
        try:
            prepared = self._documents.prepare(self._schema._schema, request.query)
        except GraphQLSyntaxError:
            raise NotCompiled("invalid") from None
        operation = self._operation(prepared, request.operation_name)
        variables = operation.plan.variables.of(request.variables or {})
        if variables is None:
            raise NotCompiled("variables")
        try:
            keywords = operation.plan.keywords(variables)
        except Unanswerable:
            raise NotCompiled("variables") from None
        return operation, keywords, operation.plan.held(variables)

    def _operation(self, prepared: Prepared, name: str | None) -> Operation:
        found = prepared.operations.get(name)
        if found is None:
            found = self._compiled(prepared, name)
        if isinstance(found, str):
            raise NotCompiled(found)
        return found

    def _compiled(self, prepared: Prepared, name: str | None) -> Operation | str:
        """The operation, or why there is no plan; kept with the document."""
        if prepared.faults:
            return "invalid"
        named = [
            node
            for node in prepared.document.definitions
            if isinstance(node, OperationDefinitionNode) and (name is None or (node.name and node.name.value == name))
        ]
        if len(named) != 1:
            return "operation name"
        try:
            found: Operation | str = Operation(Plan(self._schema, prepared.document, named[0]))
        except NotCompiled as error:
            found = str(error)
        prepared.operations[name] = found
        return found

    def answer(self, operation: Operation, ran: Ran, place: int) -> Answer:
        """The answer to the request at this place of the run; raises Apart where it is to be carried out by itself."""
        if ran.data is not None:
            try:
                return Answer(orjson.dumps({"data": ran.data[place]}), executed=True)
            except TypeError:
                # Not all that a type writes is JSON: the exact way says what isn't.
                pass
        data, faults = complete(operation.plan, ran.found, place)
        if not faults:
            return Answer(orjson.dumps({"data": data}), executed=True)
        for fault in faults:
            if isinstance(fault.original_error, Apart):
                raise fault.original_error
        errors = self._format_errors(faults)
        codes = tuple(error["extensions"]["code"] for error in errors)
        return Answer(orjson.dumps({"data": data, "errors": errors}), executed=True, codes=codes)


class _Part(Joined, Part):
    """A request that is part of a run."""

    __slots__ = ("_executor", "_held", "_operation")

    def __init__(
        self, executor: CompiledExecutor, operation: Operation, context: Any, keywords: list[Keywords], held: Held
    ) -> None:
        super().__init__(context, keywords)
        self._executor = executor
        self._operation = operation
        self._held = held

    def answer(self) -> Answer | None:
        """Its answer, at the end; None where it has left the run. Raises what nobody foresaw."""
        try:
            return self._executor.answer(self._operation, *self.result())
        except Apart:
            return None

    def apart(self) -> Coroutine[Any, Any, Answer]:
        """Its answer by itself."""
        return self._executor.alone(self._operation, self.context, self.keywords, self._held)
