"""The function in memory, called as API Gateway calls it."""

import importlib
from pathlib import Path

import pytest

from stackwright_handlers.idempotency import Idempotent
from stackwright_handlers.testing import Answer, Context, MemoryAnswers, MemoryTable, proxy_event


@pytest.fixture
def call(monkeypatch):
    monkeypatch.setenv("NOTES_TABLE_NAME", "notes")
    monkeypatch.syspath_prepend(str(Path(__file__).resolve().parents[1] / "handlers"))
    answers = MemoryAnswers()
    handler = importlib.import_module("notes").create(MemoryTable("id"), Idempotent(lambda: answers))

    def call(method, path, body=None, headers=None):
        return Answer.of(handler(proxy_event(method, path, path, body, headers), Context()))

    return call


def test_a_note_is_kept_once_and_given_back(call):
    made, again = (call("POST", "/notes", {"text": "milk"}, {"Idempotency-Key": "1"}) for _ in range(2))

    assert (made.status, again.body) == (201, made.body)
    assert call("GET", f"/notes/{made.body['id']}").body["text"] == "milk"


def test_mistakes_of_clients_have_one_shape(call):
    assert call("GET", "/notes/none").code == "note_not_found"
    assert call("POST", "/notes", {"words": "x"}).body["error"]["details"] == {"field": "text"}
    wrong = call("DELETE", "/notes/none")
    assert (wrong.status, wrong.headers["Allow"]) == (405, "GET, OPTIONS")
