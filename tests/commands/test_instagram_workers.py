"""The Instagram account as two processes serve it: a login over both, and one renewal whoever is asked."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import httpx
from pymongo import MongoClient

from commands.database import database_to_read
from settings import Settings
from tests.builders import Document
from tests.commands.conftest import DEADLINE_S, Server, StartServer
from tests.logins import AGENCY, NAME

A_DAY_MS = 86_400_000


def log_in(server: Server) -> httpx.Response:
    with httpx.Client(trust_env=False, timeout=DEADLINE_S) as browser:
        begun = browser.get(f"{server.url}/instagram/login").headers["location"]
        form = dict(parse_qsl(urlsplit(begun).query)) | {"account": AGENCY}
        back = browser.post(begun, data=form).headers["location"]
        return browser.get(back.partition("#")[0])


def age(settings: Settings, sandbox: str) -> None:
    """Have a day pass for the stored token, here and at Instagram."""
    httpx.put(f"{sandbox}/_sandbox/instagram-account/aged", timeout=DEADLINE_S).raise_for_status()
    with database_to_read(settings) as found, MongoClient[Document](found.mongodb_uri) as client:
        aged = {"$set": {"renewedAt": {"$subtract": ["$renewedAt", A_DAY_MS]}}}
        client.auth.instagram.update_one({"_id": "account"}, [aged])


def test_a_hundred_who_ask_two_processes_at_once_have_the_token_renewed_once(
    start: StartServer, data_dir: str, make_settings: Callable[..., Settings]
) -> None:
    server = start("--workers", "2", DATA_DIR=data_dir)
    server.wait_for("(?s)Application startup complete.*Application startup complete")
    sandbox = server.wait_for(r"played by a sandbox, (http://[0-9.:]+)")[1]
    page = log_in(server)
    age(make_settings(embedded_mongodb_uri=None, data_dir=Path(data_dir)), sandbox)

    client = httpx.Client(base_url=server.url, trust_env=False, timeout=DEADLINE_S)
    with client, ThreadPoolExecutor(100) as threads:
        answers = list(threads.map(lambda _: client.get("/instagram/refresh"), range(100)))

    assert page.status_code == 200
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["data"]["expires_at"] for answer in answers}) == 1
    calls = httpx.get(f"{sandbox}/_sandbox/calls", timeout=DEADLINE_S).json()["calls"][NAME]
    assert calls["/refresh_access_token"] == 1
    assert server.end() == 0
    assert re.search("SANDBOX(LONG|SHORT|CODE)", server.text) is None
