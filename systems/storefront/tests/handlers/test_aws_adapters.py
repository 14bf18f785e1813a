"""The AWS adapters: expressions, what is tried again, what is kept, and the whole on the embedded emulator."""

from __future__ import annotations

import importlib.util
import io
import json
import re
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import boto3
import pytest
import storefront
import urllib3
from botocore.awsrequest import AWSResponse, HeadersDict  # pyright: ignore[reportMissingTypeStubs]
from storefront.users import NewUser, Users
from storefront_memory import MemoryWorld

from stackwright.emulator.process import Emulator, EmulatorSettings, start
from stackwright_handlers.errors import (
    InfrastructureError,
    ObjectChangedError,
    SecretError,
    SettingsError,
    StorageError,
    TableError,
    WorkflowStartError,
)
from stackwright_handlers.s3 import S3Files
from stackwright_handlers.secret import KEPT_SECONDS, SecretValue
from stackwright_handlers.step_functions import StepFunctionsWorkflow
from stackwright_handlers.table.dynamodb import DynamoDbTable
from stackwright_handlers.table.items import (
    ALWAYS,
    Check,
    ConditionFailed,
    Item,
    Position,
    Put,
    Query,
    Refused,
    Scan,
    Update,
    absent,
)

HANDLERS = Path(storefront.__file__).parents[1]


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "ASIAEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "example")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    # It would keep the credentials of whoever used it first.
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)


class Wire:
    """Answers a client's requests, one after the other."""

    def __init__(self, client: Any, *answers: tuple[int, object]) -> None:
        self.requests: list[Any] = []
        self._answers = list(answers)
        client.meta.events.register("before-send", self._answer)

    def _answer(self, request: Any, **_: Any) -> AWSResponse:
        self.requests.append(request)
        status, body = self._answers.pop(0)
        raw = urllib3.HTTPResponse(io.BytesIO(json.dumps(body).encode()), preload_content=False)
        return AWSResponse(request.url, status, HeadersDict({}), raw)


def refusal(*codes: str, **item: object) -> tuple[int, object]:
    reasons = [{"Code": code, **({"Item": item} if item and code != "None" else {})} for code in codes]
    return 400, {
        "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
        "CancellationReasons": reasons,
    }


WRITES = [Put({"userId": "a"}, absent("userId")), Put({"userId": "b"}, absent("userId"))]


class TestTransactions:
    def attempt(self, *answers: tuple[int, object]) -> tuple[Callable[[], Refused | None], list[float], Wire]:
        waits: list[float] = []
        table = DynamoDbTable("users", "userId", waits.append)
        wire = Wire(table._client, *answers)  # pyright: ignore[reportPrivateUsage]
        return lambda: table.transact(WRITES), waits, wire

    def test_what_was_in_the_way_is_told(self) -> None:
        transact, waits, _ = self.attempt(refusal("None", "ConditionalCheckFailed", userId={"S": "b"}))
        assert transact() == Refused((None, ConditionFailed({"userId": "b"})))
        assert not waits

    @pytest.mark.parametrize("code", ["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"])
    def test_what_passes_is_tried_again_after_a_while(self, code: str) -> None:
        transact, waits, wire = self.attempt(refusal(code, "None"), refusal("ConditionalCheckFailed", code), (200, {}))
        assert transact() is None
        assert len(waits) == 2
        assert all(0 < seconds <= 0.8 for seconds in waits)
        tokens = [json.loads(request.body)["ClientRequestToken"] for request in wire.requests]
        assert len(set(tokens)) == 3

    def test_but_not_for_ever(self) -> None:
        transact, waits, _ = self.attempt(*[refusal("TransactionConflict", "None")] * 10)
        with pytest.raises(TableError, match="TransactionConflict"):
            transact()
        assert len(waits) == 9
        assert sum(waits) < 6

    @pytest.mark.parametrize("code", ["ValidationError", "ItemCollectionSizeLimitExceeded"])
    def test_other_reasons_are_errors_at_once(self, code: str) -> None:
        transact, waits, _ = self.attempt(refusal("None", code))
        with pytest.raises(TableError, match=code):
            transact()
        assert not waits

    def test_so_is_a_missing_permission(self) -> None:
        transact, _, _ = self.attempt((400, {"__type": "AccessDeniedException"}))
        with pytest.raises(TableError, match="AccessDeniedException"):
            transact()

    def test_a_single_write_that_meets_a_transaction_is_tried_again(self) -> None:
        waits: list[float] = []
        table = DynamoDbTable("products", "productId", waits.append)
        answers = ((400, {"__type": "TransactionConflictException"}), (200, {"Attributes": {"stock": {"N": "1"}}}))
        Wire(table._client, *answers)  # pyright: ignore[reportPrivateUsage]
        assert table.write(Update("p", ALWAYS, add={"stock": 1})) == {"stock": 1}
        assert len(waits) == 1


class TestSecret:
    def secret(self, *texts: str) -> tuple[SecretValue, list[float]]:
        now = [1000.0]
        secret = SecretValue("arn", "cursor_key", monotonic=lambda: now[0])
        Wire(secret._client, *((200, {"SecretString": text}) for text in texts))  # pyright: ignore[reportPrivateUsage]
        return secret, now

    def test_it_is_read_once_and_again_after_a_while(self) -> None:
        first, second = ('{"cursor_key": "' + letter * 20 + '"}' for letter in "ab")
        secret, now = self.secret(first, second)
        assert secret() == secret() == b"a" * 20
        now[0] += KEPT_SECONDS
        assert secret() == b"b" * 20

    @pytest.mark.parametrize("text", ["", "x", "[]", "{}", '{"cursor_key": 5}', '{"cursor_key": "short"}'])
    def test_one_without_a_usable_key_is_an_error_that_does_not_show_it(self, text: str) -> None:
        secret, _ = self.secret(text)
        with pytest.raises(SecretError) as caught:
            secret()
        assert str(caught.value) == "the secret holds no cursor_key of at least 16 characters"


class TestWorkflow:
    @pytest.mark.parametrize(
        ("answer", "started"),
        [((200, {"executionArn": "a", "startDate": 0}), True), ((400, {"__type": "ExecutionAlreadyExists"}), False)],
    )
    def test_a_name_that_was_used_is_no_error(self, answer: tuple[int, object], started: bool) -> None:
        workflow = StepFunctionsWorkflow("arn:aws:states:us-east-1:123456789012:stateMachine:order-workflow")
        wire = Wire(workflow._client, answer)  # pyright: ignore[reportPrivateUsage]
        assert workflow.start("name", {"b": 1, "a": 2}) is started
        assert json.loads(wire.requests[0].body)["input"] == '{"a": 2, "b": 1}'

    def test_everything_else_is(self) -> None:
        workflow = StepFunctionsWorkflow("arn:aws:states:us-east-1:123456789012:stateMachine:order-workflow")
        Wire(workflow._client, (400, {"__type": "AccessDeniedException"}))  # pyright: ignore[reportPrivateUsage]
        with pytest.raises(WorkflowStartError):
            workflow.start("name", {})


ENVIRONMENT = ("ENVIRONMENT", "API_SECRET_ARN", "USERS_TABLE_NAME", "ORDERS_TABLE_NAME", "PRODUCTS_TABLE_NAME")
ENVIRONMENT += ("ORDER_WORKFLOW_ARN", "DATA_BUCKET_NAME", "DATA_KEY_ARN")


def load(entry: str) -> Any:
    spec = importlib.util.spec_from_file_location(f"{entry}_under_test", HANDLERS / f"{entry}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("entry", ["user_service", "order_service", "product_service"])
class TestEntries:
    def test_it_calls_nobody_when_it_is_imported(self, entry: str, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in ENVIRONMENT:
            monkeypatch.setenv(name, "value")
        # Without a region no client can be made.
        monkeypatch.delenv("AWS_DEFAULT_REGION")
        assert callable(load(entry).handler)

    def test_it_says_at_once_what_is_missing(self, entry: str, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in ENVIRONMENT:
            monkeypatch.delenv(name, raising=False)
        with pytest.raises(SettingsError, match="API_SECRET_ARN is not set"):
            load(entry)


@pytest.fixture(scope="module")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    running = start(EmulatorSettings(state_dir=tmp_path_factory.mktemp("emulator")), lifeline=True)
    try:
        yield running
    finally:
        running.stop()


@pytest.fixture
def aws(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Any]:
    monkeypatch.setenv("AWS_ENDPOINT_URL", emulator.endpoint)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", emulator.root().access_key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", emulator.root().secret_key)
    monkeypatch.setenv("AWS_DEFAULT_REGION", emulator.region)
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    return lambda service: boto3.client(service)


@pytest.fixture
def table(aws: Callable[[str], Any], request: pytest.FixtureRequest) -> DynamoDbTable:
    name = re.sub(r"\W", "-", request.node.name)
    aws("dynamodb").create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "userId", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": n, "AttributeType": "S"} for n in ("userId", "email", "createdAt")],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "email-index",
                "KeySchema": [
                    {"AttributeName": "email", "KeyType": "HASH"},
                    {"AttributeName": "createdAt", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
    )
    return DynamoDbTable(name, "userId")


@pytest.mark.e2e
class TestOnTheEmulator:
    def test_items_are_written_under_conditions(self, table: DynamoDbTable) -> None:
        item = {"userId": "a", "price": Decimal("1.5"), "stock": 3}
        assert table.write(Put(item, absent("userId"))) == item
        assert table.write(Put({"userId": "a"}, absent("userId"))) == ConditionFailed(item)
        assert table.get("a") == item
        assert table.get("b") is None
        changed = table.write(
            Update("a", ((Check("stock", ">=", 3),),), {"x": "y"}, {"price": 2, "z": 1}, {"stock": -3})
        )
        assert changed == {**item, "x": "y", "z": 1, "stock": 0}
        assert table.write(Update("a", ((Check("stock", ">=", 1),),), add={"stock": -1})) == ConditionFailed(changed)
        assert table.write(Update("b", ((Check("stock", ">=", 1),),), add={"stock": -1})) == ConditionFailed(None)
        assert table.write(Update("new", ALWAYS, {"x": "y"}, add={"version": 1})) == {
            "userId": "new",
            "x": "y",
            "version": 1,
        }

    def test_a_transaction_is_whole_or_not_at_all(self, table: DynamoDbTable) -> None:
        table.write(Put({"userId": "b"}, ALWAYS))
        assert table.transact(WRITES) == Refused((None, ConditionFailed({"userId": "b"})))
        assert table.get("a") is None
        batch = [Update(str(number), ALWAYS, add={"version": 1}) for number in range(100)]
        assert table.transact(batch) is None
        assert table.get("99") == {"userId": "99", "version": 1}

    def test_pages_of_an_index(self, table: DynamoDbTable) -> None:
        for number in range(10):
            table.write(Put({"userId": f"u{number}", "email": "e", "createdAt": f"t{number // 2}"}, ALWAYS))
        for descending in (False, True):
            query = Query("email-index", "email", "e", "createdAt", descending)
            found: list[str] = []
            after: Position | None = None
            while items := table.query(query, 3, after):
                found += [str(item["userId"]) for item in items]
                after = Position(found[-1], str(items[-1]["createdAt"]))
            assert sorted(found) == [f"u{number}" for number in range(10)]
            assert found[0] in (("u8", "u9") if descending else ("u0", "u1"))
        early = table.query(Query("email-index", "email", "e", "createdAt", before="t1"), 10, None)
        assert {str(item["userId"]) for item in early} == {"u0", "u1"}

    def test_pages_of_a_whole_index(self, table: DynamoDbTable) -> None:
        for number in range(10):
            item = {"userId": f"u{number}", "email": f"e{number % 4}", "createdAt": f"t{number // 8}"}
            table.write(Put(item, ALWAYS))
        table.write(Put({"userId": "beside"}, ALWAYS))
        scan = Scan("email-index", "email", "createdAt")
        for size in (1, 3, 10):
            seen: list[Item] = []
            after: Position | None = None
            while items := table.scan(scan, size, after):
                assert len(items) <= size
                seen += items
                last = items[-1]
                after = Position(str(last["userId"]), str(last["createdAt"]), str(last["email"]))
            assert sorted(str(item["userId"]) for item in seen) == [f"u{number}" for number in range(10)]

    def test_of_fifty_users_with_one_address_one_is_created(self, table: DynamoDbTable) -> None:
        world = MemoryWorld()
        users = Users(table, world.pages(world.users), world.clock)
        table.get("x")
        outcomes: Counter[str] = Counter()

        def create() -> None:
            try:
                users.create(NewUser("a@x.org", "Ann"), None)
                outcomes["created"] += 1
            except Exception as error:  # noqa: BLE001 - the test counts them
                outcomes[str(error)[:16]] += 1

        threads = [threading.Thread(target=create) for _ in range(50)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert outcomes == {"created": 1, "409 email_in_use": 49}

    def test_a_file_is_read_and_moved_if_it_is_the_same(self, aws: Callable[[str], Any]) -> None:
        key_arn = aws("kms").create_key()["KeyMetadata"]["Arn"]
        s3 = aws("s3")
        s3.create_bucket(Bucket="files")
        s3.put_bucket_versioning(Bucket="files", VersioningConfiguration={"Status": "Enabled"})
        store = S3Files("files", key_arn)
        source, target = "incoming/a b+ü.csv", "processed/a b+ü.csv"
        s3.put_object(Bucket="files", Key=source, Body=b"x" * 600_000, Tagging="a=b")

        with store.open(source) as stored:
            assert stored is not None
            assert (stored.size, sum(map(len, stored.chunks()))) == (600_000, 600_000)
            etag = stored.etag
        s3.put_object(Bucket="files", Key=source, Body=b"another")
        with pytest.raises(ObjectChangedError), store.open(source, etag):
            pass
        with pytest.raises(ObjectChangedError):
            store.move(source, target, etag)
        assert "Contents" not in s3.list_objects_v2(Bucket="files", Prefix="processed/")
        with store.open(source) as stored:
            assert stored is not None
            etag = stored.etag
        store.move(source, target, etag)
        store.move(source, target, etag)

        with store.open(source) as stored:
            assert stored is None
        moved = s3.get_object(Bucket="files", Key=target)
        assert moved["Body"].read() == b"another"
        assert (moved["ServerSideEncryption"], moved["SSEKMSKeyId"]) == ("aws:kms", key_arn)
        store.put("rejected/x.json", b"{}", "application/json")
        assert s3.head_object(Bucket="files", Key="rejected/x.json")["SSEKMSKeyId"] == key_arn

    def test_a_file_that_comes_between_copying_and_deleting_stays(self, aws: Callable[[str], Any]) -> None:
        key_arn = aws("kms").create_key()["KeyMetadata"]["Arn"]
        s3 = aws("s3")
        s3.create_bucket(Bucket="busy")
        store = S3Files("busy", key_arn)
        etag = s3.put_object(Bucket="busy", Key="incoming/a.csv", Body=b"first")["ETag"]

        def replace(**_: object) -> None:
            s3.put_object(Bucket="busy", Key="incoming/a.csv", Body=b"second")

        store._client.meta.events.register("before-call.s3.DeleteObject", replace)  # pyright: ignore[reportPrivateUsage]
        with pytest.raises(ObjectChangedError):
            store.move("incoming/a.csv", "processed/a.csv", etag)

        assert s3.get_object(Bucket="busy", Key="incoming/a.csv")["Body"].read() == b"second"
        assert s3.get_object(Bucket="busy", Key="processed/a.csv")["Body"].read() == b"first"

    def test_a_bucket_that_is_not_there_is_an_error(self, aws: Callable[[str], Any]) -> None:
        with pytest.raises(StorageError), S3Files("nowhere", "arn").open("x"):
            pass

    def test_answers_are_kept_beside_the_items(self, table: DynamoDbTable) -> None:
        records = table.idempotency_records()
        assert (records.key_attr, records.expiry_attr, records.status_attr) == (
            "userId",
            "expiration",
            "idempotencyStatus",
        )

    def test_a_table_that_is_not_there_is_an_error(self, aws: Callable[[str], Any]) -> None:
        with pytest.raises(InfrastructureError, match="ResourceNotFoundException"):
            DynamoDbTable("nowhere", "userId").get("x")
