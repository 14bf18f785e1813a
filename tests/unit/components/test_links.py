"""One call tells a function where something is and lets it use it."""

from __future__ import annotations

import json

import pytest

from stackwright.components import (
    Bucket,
    ComponentError,
    Cors,
    GlobalSecondaryIndex,
    Key,
    Queue,
    RestApi,
    Route,
    Secret,
    Table,
    Topic,
)


def variables(recorder):
    return recorder.one("worker-function").inputs["environment"]["variables"]


def allowed(recorder):
    statements = json.loads(recorder.one("worker-policy", "RolePolicy").inputs["policy"])["Statement"]
    return {action for statement in statements for action in statement["Action"]}


def notes(env, **args):
    return Table(
        "notes",
        attributes={"id": "S", "day": "S"},
        hash_key="id",
        indexes={"days": GlobalSecondaryIndex(hash_key="day")},
        **args,
        opts=env.opts,
    )


def test_a_link_states_variable_grant_key_and_edge(run, environment, worker):
    edges = []

    def program():
        env = environment()
        key = Key("key", opts=env.opts)
        function = worker(env)
        notes(env, key=key).link(function, "NOTES_TABLE_NAME", "dynamodb:GetItem", indexes={"days": []})
        bucket = Bucket("files", key=key, opts=env.opts)
        bucket.link(function, "BUCKET", "s3:GetObject", prefixes={"a/": ["s3:PutObject"]}, key_variable="KEY_ARN")
        Queue("jobs", opts=env.opts).link(function, "QUEUE_URL")
        Topic("news", opts=env.opts).link(function, "TOPIC_ARN")
        Secret("token", values={"a": "b"}, opts=env.opts).link(function, "SECRET_ARN")
        edges.extend(env.edges)

    recorder = run(program)

    assert variables(recorder) == {
        "ENVIRONMENT": "dev",
        "LOG_LEVEL": "INFO",
        "POWERTOOLS_SERVICE_NAME": "worker",
        "NOTES_TABLE_NAME": "shop-notes-dev",
        "BUCKET": recorder.one("files-bucket").inputs["bucket"],
        "KEY_ARN": "arn:aws:kms:us-east-1:123456789012:key/key-key",
        "QUEUE_URL": variables(recorder)["QUEUE_URL"],
        "TOPIC_ARN": "arn:aws:sns:us-east-1:123456789012:shop-news-dev",
        "SECRET_ARN": variables(recorder)["SECRET_ARN"],
    }
    assert {
        "dynamodb:GetItem",
        "dynamodb:Query",
        "s3:GetObject",
        "s3:PutObject",
        "sqs:SendMessage",
        "sns:Publish",
        "secretsmanager:GetSecretValue",
        "kms:Decrypt",
    } <= allowed(recorder)
    assert recorder.one("worker-function").depends_on("notes-table")
    assert {e.target for e in edges if e.source == "worker"} >= {"notes", "files", "jobs", "news", "token", "key"}


def test_a_variable_has_one_meaning(run, environment, worker):
    def program():
        env = environment()
        function = worker(env)
        table = notes(env)
        table.link(function, "TABLE", "dynamodb:GetItem")
        table.link(function, "TABLE", "dynamodb:PutItem")
        with pytest.raises(ComponentError, match="TABLE is set already"):
            Topic("news", opts=env.opts).link(function, "TABLE")
        with pytest.raises(ComponentError, match="without an action"):
            table.link(function, "TABLE")
        with pytest.raises(ComponentError, match="no key of its own"):
            Bucket("files", opts=env.opts).link(function, "BUCKET", "s3:GetObject", key_variable="KEY_ARN")

    assert {"dynamodb:GetItem", "dynamodb:PutItem"} <= allowed(run(program))


def test_a_link_that_comes_too_late_is_an_error(environment, worker, run):
    def program():
        env = environment()
        function = worker(env)
        function.variables._close()
        with pytest.raises(ComponentError, match="already sent when TABLE was set"):
            notes(env).link(function, "TABLE", "dynamodb:GetItem")

    run(program)


def test_a_function_knows_its_name_and_level_unless_told_otherwise(run, environment, worker):
    def program():
        worker(environment(), log_level="WARN", variables={"POWERTOOLS_SERVICE_NAME": "other"})

    found = variables(run(program))
    assert (found["POWERTOOLS_SERVICE_NAME"], found["LOG_LEVEL"]) == ("other", "WARNING")


def test_an_api_tells_its_functions_the_headers_for_browsers(run, environment, worker):
    def program():
        env = environment()
        cors = Cors(origin="https://shop.example", methods=("GET", "OPTIONS"))
        RestApi("api", routes={"GET /notes": Route(function=worker(env))}, cors=cors, opts=env.opts)

    recorder = run(program)

    found = variables(recorder)
    assert (found["CORS_ORIGIN"], found["CORS_METHODS"]) == ("https://shop.example", "GET,OPTIONS")
    assert found["CORS_HEADERS"].split(",")[0] == "Content-Type"
