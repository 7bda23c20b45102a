"""Several processes that serve one socket, and one telemetry of them all."""

import multiprocessing
import os
import signal
import socket
import threading
from collections.abc import Sequence
from multiprocessing.process import BaseProcess
from tempfile import TemporaryDirectory

import uvicorn
from prometheus_client.multiprocess import mark_process_dead
from starlette.applications import Starlette
from uvicorn.importer import import_from_string
from uvicorn.supervisors import Multiprocess

# Named, as uvicorn has it: no module imports the app.
APP = "app:from_environment"
GRACE_S = 10.0


def run_workers(config: uvicorn.Config, sockets: Sequence[socket.socket]) -> None:
    """Serve with as many workers as the configuration says, until a signal ends it; one that dies is replaced."""
    with TemporaryDirectory(prefix="kisum-telemetry-") as folder:
        # The workers are new processes, whose collectors are made after they find this.
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
        _Workers(config, sockets, telemetry_folder=folder).run()


def worker() -> Starlette:
    """The app of a worker, which ends when its supervisor does, however that ends."""
    supervisor = multiprocessing.parent_process()
    if supervisor is not None:
        threading.Thread(target=_end_after, args=(supervisor,), daemon=True).start()
    app: Starlette = import_from_string(APP)()
    return app


def _end_after(supervisor: BaseProcess) -> None:
    supervisor.join()
    os.kill(os.getpid(), signal.SIGTERM)
    # Its database may have gone with the supervisor: what waits for that is not waited for.
    threading.Event().wait(GRACE_S)
    os._exit(1)


class _Workers(Multiprocess):
    """uvicorn's workers; what a worker had open or in its queue ends with it, however it ends."""

    def __init__(self, config: uvicorn.Config, sockets: Sequence[socket.socket], *, telemetry_folder: str) -> None:
        super().__init__(config, list(sockets))
        self._telemetry_folder = telemetry_folder
        self._known: set[int | None] = set()

    def keep_subprocess_alive(self) -> None:
        """Replace the workers that died, and end the gauges of all that are gone; called twice a second."""
        self._known |= self._pids()
        super().keep_subprocess_alive()
        for pid in self._known - self._pids():
            mark_process_dead(pid, self._telemetry_folder)  # type: ignore[no-untyped-call]
        self._known = self._pids()

    def _pids(self) -> set[int | None]:
        return {process.pid for process in self.processes}
