"""Runs a command and ends it when standard input closes, which it does when the parent ends, however it ends.

Started as a script of its own process, in a session of its own, so that a signal to the terminal's group reaches
neither it nor the command. It imports nothing of ours.
"""

import ctypes
import os
import signal
import subprocess
import sys
import threading

STOP_TIMEOUT_S = 20.0


def main(command: list[str]) -> int:
    """Run the command until it ends or standard input closes; its exit code."""
    child = subprocess.Popen(  # noqa: S603  (the parent's own command)
        command,
        stdin=subprocess.DEVNULL,
        preexec_fn=_end_with_this_process if sys.platform == "linux" else None,
    )
    for wanted in (signal.SIGTERM, signal.SIGINT):
        signal.signal(wanted, lambda *_: child.terminate())
    threading.Thread(target=_end_at_close, args=(child,), daemon=True).start()
    return child.wait()


def _end_at_close(child: subprocess.Popen[bytes]) -> None:
    # Not through sys.stdin: Python aborts when it ends while a thread reads from that.
    while os.read(0, 4096):
        pass
    child.terminate()
    try:
        child.wait(STOP_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        child.kill()


def _end_with_this_process() -> None:
    """Have the kernel end the command should this process be killed; in the child, before it becomes the command."""
    set_parent_death_signal = 1
    ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
