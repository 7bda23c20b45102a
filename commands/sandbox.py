"""The sandbox beside the server: a process of its own that plays the providers, for who has no credentials."""

import importlib.util
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from settings import SettingsInvalid

STOP_TIMEOUT_S = 10.0


@contextmanager
def running_sandbox(port: int) -> Iterator[Mapping[str, str]]:
    """The addresses of the sandbox's providers, by name; none where it isn't there, as in the container image.

    It ends with this process, however that ends: its standard input closes then.
    """
    if importlib.util.find_spec("sandbox") is None:
        yield {}
        return
    command = [sys.executable, "-m", "sandbox", "--end-with-stdin", "--port", str(port)]
    process = subprocess.Popen(  # noqa: S603  (our own module)
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    assert process.stdin  # noqa: S101  (pipes, as asked for)
    assert process.stdout  # noqa: S101
    try:
        told = process.stdout.readline()
        if not told:
            raise SettingsInvalid(f"SANDBOX_PORT: the sandbox could not be started on port {port}")
        yield json.loads(told)["bases"]
    finally:
        process.stdin.close()
        try:
            process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()
