"""What the code of functions calls, in the forms in which people write it."""

import textwrap
from pathlib import Path

import pytest

from stackwright.graph import Archive, Asset
from stackwright.iam.code.machine import Machine
from stackwright.iam.code.sources import Package, package_of
from stackwright.iam.needs import Home, needs
from stackwright.iam.patterns import shown

HOME = Home("aws", "eu-west-1", "123456789012")
VARIABLES = {
    "TABLE": "rooms",
    "BUCKET": "photos",
    "QUEUE_URL": "https://sqs.eu-west-1.amazonaws.com/123456789012/jobs",
    "TOPIC": "arn:aws:sns:eu-west-1:123456789012:news",
    "STAGE": "dev",
}
TABLE = "arn:aws:dynamodb:eu-west-1:123456789012:table/rooms"


def _needs(handler: str = "app.handler", **files: str) -> tuple[set[str], list[str]]:
    package = Package({f"{n.replace('__', '/')}.py": textwrap.dedent(text) for n, text in files.items()})
    found = Machine(package, VARIABLES).follow(handler)
    wanted = {f"{a} {shown(n.resource)}" for c in found.calls for n in needs(c, HOME) for a in n.actions if n.certain}
    return wanted, [u.why for u in found.unfollowed]


FORMS = {
    "a client of the module": (
        """
        import boto3, os
        s3 = boto3.client("s3")
        def handler(event, context):
            s3.put_object(Bucket=os.environ["BUCKET"], Key=f"in/{event['id']}", Body=b"")
        """,
        {"s3:PutObject arn:aws:s3:::photos/in/…"},
    ),
    "a client made in a helper, lazily": (
        """
        import boto3, os
        _client = None
        def client():
            global _client
            if _client is None:
                _client = boto3.session.Session().client("sqs")
            return _client
        def handler(event, context):
            client().send_message(QueueUrl=os.getenv("QUEUE_URL"), MessageBody="x")
        """,
        {"sqs:SendMessage arn:aws:sqs:eu-west-1:123456789012:jobs"},
    ),
    "a table of a resource": (
        """
        import boto3, os
        table = boto3.resource("dynamodb").Table(os.environ["TABLE"])
        def handler(event, context):
            table.put_item(Item={})
            return table.query(IndexName="by-floor")["Items"]
        """,
        {f"dynamodb:PutItem {TABLE}", f"dynamodb:Query {TABLE}/index/by-floor"},
    ),
    "an attribute of an object": (
        """
        import os, boto3
        class Rooms:
            def __init__(self, name):
                self._table = boto3.resource("dynamodb").Table(name)
            def get(self, key):
                return self._table.get_item(Key={"id": key}).get("Item")
            def drop(self, key):
                self._table.delete_item(Key={"id": key})
        rooms = Rooms(os.environ["TABLE"])
        def handler(event, context):
            return rooms.get(event["id"])
        """,
        {f"dynamodb:GetItem {TABLE}"},
    ),
    "an inherited method": (
        """
        import os, boto3
        class Store:
            def __init__(self, name):
                self.table = boto3.resource("dynamodb").Table(name)
            def all(self):
                return self.read()
        class Rooms(Store):
            def __init__(self):
                super().__init__(os.environ["TABLE"])
            def read(self):
                return self.table.scan()["Items"]
        def handler(event, context):
            return Rooms().all()
        """,
        {f"dynamodb:Scan {TABLE}"},
    ),
    "a paginator": (
        """
        import boto3, os
        def handler(event, context):
            for page in boto3.client("s3").get_paginator("list_objects_v2").paginate(Bucket=os.environ["BUCKET"]):
                print(page)
        """,
        {"s3:ListBucket arn:aws:s3:::photos"},
    ),
    "a waiter": (
        """
        import boto3, os
        def handler(event, context):
            boto3.client("s3").get_waiter("object_exists").wait(Bucket=os.environ["BUCKET"], Key="a")
        """,
        {"s3:GetObject arn:aws:s3:::photos/a"},
    ),
    "transfers and copies": (
        """
        import boto3, os
        s3 = boto3.client("s3")
        bucket = boto3.resource("s3").Bucket(os.environ["BUCKET"])
        def handler(event, context):
            bucket.upload_file("/tmp/a", "out/a")
            s3.download_file("other", "b", "/tmp/b")
            s3.copy_object(Bucket=bucket.name, Key="c", CopySource={"Bucket": "other", "Key": "d"})
        """,
        {
            "s3:PutObject arn:aws:s3:::photos/out/a",
            "s3:GetObject arn:aws:s3:::other/b",
            "s3:PutObject arn:aws:s3:::photos/c",
            "s3:GetObject arn:aws:s3:::other/d",
        },
    ),
    "objects of a bucket": (
        """
        import boto3, os
        def handler(event, context):
            for item in boto3.resource("s3").Bucket(os.environ["BUCKET"]).objects.filter(Prefix="old/"):
                item.delete()
        """,
        {"s3:ListBucket arn:aws:s3:::photos", "s3:DeleteObject arn:aws:s3:::photos/…"},
    ),
    "a signed address": (
        """
        import boto3, os
        def handler(event, context):
            return boto3.client("s3").generate_presigned_url(
                "get_object", Params={"Bucket": os.environ["BUCKET"], "Key": event["key"]}, ExpiresIn=60)
        """,
        {"s3:GetObject arn:aws:s3:::photos/…"},
    ),
    "a transaction and a batch": (
        """
        import boto3, os
        client = boto3.client("dynamodb")
        def handler(event, context):
            client.transact_write_items(TransactItems=[{"Put": {"TableName": os.environ["TABLE"], "Item": {}}}])
            with boto3.resource("dynamodb").Table(os.environ["TABLE"]).batch_writer() as batch:
                batch.put_item(Item={})
        """,
        {f"dynamodb:PutItem {TABLE}", f"dynamodb:BatchWriteItem {TABLE}"},
    ),
    "routes of Powertools": (
        """
        import boto3, os
        from aws_lambda_powertools import Logger, Tracer
        from aws_lambda_powertools.event_handler import APIGatewayRestResolver
        app, tracer, logger = APIGatewayRestResolver(), Tracer(), Logger()
        table = boto3.resource("dynamodb").Table(os.environ["TABLE"])
        @app.get("/rooms/<id>")
        @tracer.capture_method
        def room(id: str):
            return table.get_item(Key={"id": id})["Item"]
        @logger.inject_lambda_context
        def handler(event, context):
            return app.resolve(event, context)
        """,
        {f"dynamodb:GetItem {TABLE}"},
    ),
    "a batch of Powertools": (
        """
        import boto3, os
        from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
        processor = BatchProcessor(event_type=EventType.SQS)
        def one(record):
            boto3.client("sns").publish(TopicArn=os.environ["TOPIC"], Message=record.body)
        def handler(event, context):
            return process_partial_response(event=event, record_handler=one, processor=processor, context=context)
        """,
        {"sns:Publish arn:aws:sns:eu-west-1:123456789012:news"},
    ),
    "idempotency and parameters of Powertools": (
        """
        import os
        from aws_lambda_powertools.utilities import parameters
        from aws_lambda_powertools.utilities.idempotency import DynamoDBPersistenceLayer, idempotent
        layer = DynamoDBPersistenceLayer(table_name=os.environ["TABLE"])
        @idempotent(persistence_store=layer)
        def handler(event, context):
            return parameters.get_secret("keys"), parameters.get_parameter("/app/limit")
        """,
        {
            f"dynamodb:PutItem {TABLE}",
            f"dynamodb:UpdateItem {TABLE}",
            f"dynamodb:DeleteItem {TABLE}",
            "secretsmanager:GetSecretValue arn:aws:secretsmanager:eu-west-1:123456789012:secret:keys-…",
            "ssm:GetParameter arn:aws:ssm:eu-west-1:123456789012:parameter/app/limit",
        },
    ),
    "a table of functions": (
        """
        import boto3, os
        table = boto3.resource("dynamodb").Table(os.environ["TABLE"])
        def create(event): table.put_item(Item=event)
        def show(event): return table.get_item(Key=event)
        ROUTES = {"POST": create, "GET": show}
        def handler(event, context):
            return ROUTES[event["httpMethod"]](event)
        """,
        {f"dynamodb:PutItem {TABLE}", f"dynamodb:GetItem {TABLE}"},
    ),
    "threads": (
        """
        import boto3, os
        from concurrent.futures import ThreadPoolExecutor
        s3 = boto3.client("s3")
        def load(key): return s3.get_object(Bucket=os.environ["BUCKET"], Key=key)
        def handler(event, context):
            with ThreadPoolExecutor() as pool:
                return list(pool.map(load, event["keys"]))
        """,
        {"s3:GetObject arn:aws:s3:::photos/…"},
    ),
    "settings of a dataclass": (
        """
        import os, boto3
        from dataclasses import dataclass, field
        @dataclass(frozen=True)
        class Settings:
            table: str = field(default_factory=lambda: os.environ["TABLE"])
            bucket: str = os.environ.get("BUCKET", "none")
        settings = Settings()
        def handler(event, context):
            boto3.resource("dynamodb").Table(settings.table).scan()
            boto3.client("s3").list_objects_v2(Bucket=settings.bucket)
        """,
        {f"dynamodb:Scan {TABLE}", "s3:ListBucket arn:aws:s3:::photos"},
    ),
    "settings of pydantic": (
        """
        import boto3
        from pydantic_settings import BaseSettings
        class Settings(BaseSettings):
            table: str
            topic: str = ""
        settings = Settings()
        def handler(event, context):
            boto3.client("dynamodb").get_item(TableName=settings.table, Key={})
        """,
        {f"dynamodb:GetItem {TABLE}"},
    ),
    "parameters in a dictionary": (
        """
        import boto3, os
        def handler(event, context):
            query = {"TableName": os.environ["TABLE"], "IndexName": "by-floor"}
            if event.get("next"):
                query["ExclusiveStartKey"] = event["next"]
            return boto3.client("dynamodb").query(**query)
        """,
        {f"dynamodb:Query {TABLE}/index/by-floor"},
    ),
    "what is not reached": (
        """
        import boto3, os
        s3 = boto3.client("s3")
        def unused():
            s3.delete_bucket(Bucket="x")
        def handler(event, context):
            if os.environ["STAGE"] == "prod":
                s3.put_object(Bucket="backup", Key="x")
            return s3.meta.region_name
        """,
        set[str](),
    ),
    "another role's client": (
        """
        import boto3
        def handler(event, context):
            found = boto3.client("sts").assume_role(RoleArn="arn:aws:iam::1:role/r", RoleSessionName="x")["Credentials"]
            boto3.client("s3", aws_access_key_id=found["AccessKeyId"]).put_object(Bucket="theirs", Key="x")
        """,
        {"sts:AssumeRole arn:aws:iam::1:role/r"},
    ),
    "a name that nobody knows": (
        """
        import boto3
        def handler(event, context):
            boto3.client("lambda").invoke(FunctionName=event["function"])
        """,
        {"lambda:InvokeFunction arn:aws:lambda:…"},
    ),
}


@pytest.mark.parametrize("name", FORMS)
def test_calls_are_found(name: str) -> None:
    text, expected = FORMS[name]
    assert _needs(app=text) == (expected, [])


def test_calls_are_followed_across_modules() -> None:
    wanted, unfollowed = _needs(
        "src/handlers/rooms.main",
        src__handlers__rooms="from ..store import rooms\nfrom ..store.names import bucket as where\n"
        "def main(event, context):\n    rooms.save(event)\n    rooms.client().get_object(Bucket=where(), Key='a')\n",
        src__store____init__="",
        src__store__names="import os\ndef bucket():\n    return os.environ['BUCKET']\n",
        src__store__rooms="import boto3\nfrom .names import bucket\n"
        "def client():\n    return boto3.client('s3')\n"
        "def save(room):\n    client().put_object(Bucket=bucket(), Key=room['id'])\n",
    )
    assert wanted == {"s3:PutObject arn:aws:s3:::photos/…", "s3:GetObject arn:aws:s3:::photos/a"}
    assert unfollowed == []


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("boto3.client(event['service']).list_things()", "which service boto3.client opens is not known"),
        ("boto3.client('s3').get_paginator(event['x']).paginate()", "which paginator of s3 is meant is not known"),
        ("__import__('x'); pynamodb.models.Model()", "pynamodb calls AWS by itself"),
    ],
)
def test_what_cannot_be_followed_is_said(line: str, why: str) -> None:
    _, unfollowed = _needs(app=f"import boto3, pynamodb.models\ndef handler(event, context):\n    {line}\n")
    assert unfollowed == [why]


def test_a_handler_that_is_not_there_is_said() -> None:
    assert _needs("app.main", app="def handler(event, context): ...")[1] == ["the package has no app.main"]


def test_packages_are_read_from_directories_archives_and_assets(tmp_path: Path) -> None:
    (tmp_path / "code/lib").mkdir(parents=True)
    (tmp_path / "code/app.py").write_text("x = 1")
    (tmp_path / "code/lib/__init__.py").write_text("")
    (tmp_path / "code/thing.py").write_text("")
    (tmp_path / "code/thing-1.dist-info").mkdir()
    (tmp_path / "code/thing-1.dist-info/RECORD").write_text("thing.py,,\n")
    whole = package_of(Archive("file", "code"), tmp_path)
    assert whole.file("app") == "app.py"
    assert whole.file("lib") == "lib/__init__.py"
    assert whole.file("thing") is None, "it was installed"
    assets = package_of(Archive("assets", {"a.py": Asset("text", "y = 2"), "b": Archive("file", "code")}), tmp_path)
    assert {"a.py", "b/app.py"} <= set(assets.files)
    assert package_of(Archive("file", "missing.zip"), tmp_path).missing
