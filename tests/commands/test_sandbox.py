import socket

import httpx
import pytest

from commands.sandbox import running_sandbox
from settings import SettingsInvalid


def test_the_sandbox_runs_for_as_long_as_it_is_needed() -> None:
    with running_sandbox(0) as bases:
        url = bases["viberate"]
        assert httpx.get(url + "/rate-limit/status").status_code == 499

    with pytest.raises(httpx.ConnectError):
        httpx.get(url)


def test_without_it_nobody_is_played(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)

    with running_sandbox(0) as bases:
        assert bases == {}


def test_a_port_that_is_taken_is_told(unused_tcp_port: int) -> None:
    with taken(unused_tcp_port), pytest.raises(SettingsInvalid, match="SANDBOX_PORT"), running_sandbox(unused_tcp_port):
        pass


def taken(port: int) -> socket.socket:
    return socket.create_server(("127.0.0.1", port))
