"""What a user would try by hand after `up` or a deployment; `stackwright verify storefront` runs it, here and on AWS.

There is no route that deletes, and only the system's own network reaches the tables: one user, one product and three
orders stay behind, the product with nothing left to order. The imported file and its report are deleted.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from typing import Any

from stackwright.verify import Response, Verification, alarms_notify, has_widgets, refuses_strangers

WORKFLOW_SECONDS = 60
CATEGORY = "stackwright verification"
SERVICES = ("user-service", "order-service", "product-service")
QUEUES = (*SERVICES, "resume-orders")

INDEXES = ("users-email-index", "orders-userid-index", "orders-status-index", "products-category-index")
WATCHED = {
    **{f"error rate of {name}": (name, "error-rate") for name in SERVICES},
    **{f"throttles of {name}": (name, "throttles") for name in SERVICES},
    **{f"duration of {name}": (name, "duration") for name in SERVICES},
    **{f"dead-letter queue of {name}": (f"{name}-dlq", "not-empty") for name in SERVICES},
    **{f"throttled requests to {name}": (name, "throttles") for name in ("users", "orders", "products")},
    **{f"throttled requests to {index}": (index, "throttles") for index in INDEXES},
    "failures of the schedule": ("resume-orders", "failed"),
    "losses of the schedule": ("resume-orders", "lost"),
    "dead-letter queue of the schedule": ("resume-orders-dlq", "not-empty"),
    "failed executions": ("order-workflow", "failed"),
    "executions that timed out": ("order-workflow", "timed-out"),
    "5XX answers": ("api", "5xx-rate"),
    "4XX answers": ("api", "4xx-rate"),
}


def check_api_answers(v: Verification) -> str:
    """The API answers: health, preflight, and errors in one shape"""
    health = v.api("GET", v.outputs["health_url"])
    assert (health.status, health.json()) == (200, {"status": "ok"}), f"GET /health: {health}"
    preflight = _call(v, "OPTIONS", "/orders")
    assert preflight.status == 200, f"OPTIONS /orders: {preflight}"
    assert preflight.headers.get("access-control-allow-origin") == "*", "the preflight does not allow every origin"
    missing = _call(v, "GET", f"/nothing-{uuid.uuid4().hex}")
    assert missing.status == 404, f"an unknown path: {missing}"
    empty = _call(v, "POST", "/orders", {})
    assert empty.status == 400, f"POST /orders with an empty object: {empty}"
    for error in (missing.json()["error"], empty.json()["error"]):
        assert {"code", "message", "correlationId"} <= error.keys(), f"not the common shape: {error}"
    return v.outputs["api_endpoint_url"]


def check_api_key(v: Verification) -> str:
    """Callers without an API key are refused, where the system asks for keys"""
    requests = (("GET", "/users/x"), ("GET", "/products/x"), ("GET", "/orders/x"), ("POST", "/orders"))
    return refuses_strangers(v, v.outputs["api_endpoint_url"], requests)


def check_user(v: Verification) -> str:
    """A user can be created, once per Idempotency-Key, and is found by id and by e-mail address"""
    v.memory["email"] = f"verification-{uuid.uuid4().hex}@example.com"
    body, key = {"email": v.memory["email"], "name": "Stackwright Verification"}, uuid.uuid4().hex
    user = _created(v, "/users", body, key)
    assert _created(v, "/users", body, key) == user, "repeated with its Idempotency-Key it is another one"
    v.memory["user_id"] = user["userId"]
    assert _get(v, f"/users/{user['userId']}") == user, "it is another one under its id"
    v.eventually("it is found by its address", lambda: _get(v, f"/users?email={user['email']}")["items"] == [user])
    return user["userId"]


def check_duplicate(v: Verification) -> None:
    """The same e-mail address in capitals is refused"""
    body = {"email": v.memory["email"].upper(), "name": "Somebody Else"}
    answer = _call(v, "POST", "/users", body, uuid.uuid4().hex)
    assert answer.status == 409, str(answer)
    assert answer.json()["error"]["code"] == "email_in_use", str(answer)


def check_product(v: Verification) -> str:
    """A product can be created, and is listed in its category; all products are listed without one"""
    body = {"name": f"Verification {uuid.uuid4().hex}", "category": CATEGORY, "price": "19.99", "stock": 5}
    product = _created(v, "/products", body)
    assert product.items() >= body.items(), f"it was stored as {product}"
    v.memory["product_id"] = product["productId"]
    # Also the products of earlier verifications.
    listing = f"/products?limit=100&category={CATEGORY.replace(' ', '%20')}"
    v.eventually("it is listed in its category", lambda: product in _items(v, listing))
    # Not this one: a real store may have very many.
    v.eventually("products are listed without a category", lambda: _get(v, "/products?limit=1")["items"] != [])
    return product["productId"]


def check_order(v: Verification) -> str:
    """An order becomes confirmed and takes its stock"""
    order = _decided(v, v.memory["user_id"], 2)
    assert order["status"] == "confirmed", f"it is {order['status']}: {order.get('reason')}"
    assert _stock(v) == 3, f"of 5 pieces {_stock(v)} are left after an order of 2"
    v.memory["order_id"] = order["orderId"]
    return order["orderId"]


def check_workflow_ran(v: Verification) -> str:
    """The workflow ran under the order's id and succeeded"""
    machine = v.outputs["order_workflow_arn"]
    arn = f"{machine.replace(':stateMachine:', ':execution:')}:{v.memory['order_id']}"
    execution = v.client("stepfunctions").describe_execution(executionArn=arn)
    assert execution["status"] == "SUCCEEDED", f"{execution['status']}: {execution.get('error')}"
    return execution["name"]


def check_rejections(v: Verification) -> None:
    """An order of too much and one by nobody are rejected and take nothing"""
    for user_id, reason in ((v.memory["user_id"], "out_of_stock"), (str(uuid.uuid4()), "unknown_user")):
        order = _decided(v, user_id, 9 if reason == "out_of_stock" else 1)
        found = (order["status"], order.get("reason"))
        assert found == ("rejected", reason), f"the order is {found}, expected a rejection for {reason}"
    assert _stock(v) == 3, f"{_stock(v)} pieces are left, expected 3"


def check_lists(v: Verification) -> None:
    """Orders are listed by user, page by page, and by status; a forged cursor is refused"""
    user, order_id = v.memory["user_id"], v.memory["order_id"]

    def of_user() -> bool:
        found = [order["orderId"] for order in _items(v, f"/orders?userId={user}&limit=1")]
        return len(found) == 2 and order_id in found

    def confirmed() -> bool:
        return order_id in [order["orderId"] for order in _get(v, "/orders?status=confirmed&limit=100")["items"]]

    v.eventually("both orders of the user are listed, once each", of_user)
    v.eventually("one is listed as confirmed", confirmed)
    lists = (f"/orders?userId={user}", f"/users?email={v.memory['email']}", "/products?category=x", "/products?limit=1")
    for path in lists:
        answer = _call(v, "GET", f"{path}&cursor={uuid.uuid4().hex}")
        assert answer.status == 400, f"GET {path} with a forged cursor: {answer}"
        assert answer.json()["error"]["code"] == "invalid_cursor", str(answer)


def check_import(v: Verification) -> str:
    """A CSV file changes its products, and its bad rows are reported"""
    name = f"verification {uuid.uuid4()} ü+.csv"
    rows = ["productId,name,category,price,stock", f"{v.memory['product_id']},Imported,{CATEGORY},5.50,0", ",,,x,-1"]
    bucket, s3 = v.outputs["data_bucket_name"], v.client("s3")
    moved, report = f"processed/{name}", f"rejected/{name}.json"
    s3.put_object(Bucket=bucket, Key=f"incoming/{name}", Body="\r\n".join(rows).encode())
    try:
        v.eventually("the file is processed", lambda: _exists(v, moved), seconds=WORKFLOW_SECONDS)
        v.eventually("the file leaves incoming/", lambda: not _exists(v, f"incoming/{name}"))
        found = json.loads(s3.get_object(Bucket=bucket, Key=report)["Body"].read())
    finally:
        for key in (f"incoming/{name}", moved, report):
            s3.delete_object(Bucket=bucket, Key=key)
    assert [problem["line"] for problem in found["problems"]] == [3], f"the report is {found}"
    product = _get(v, f"/products/{v.memory['product_id']}")
    assert (product["name"], product["price"], product["stock"]) == ("Imported", "5.50", 0), f"it is {product}"
    return name


def check_page(v: Verification) -> str:
    """The page comes through the distribution and knows the API"""
    url = v.outputs["content_url"]
    page = v.http("GET", url)
    assert page.status == 200, f"the page: {page}"
    assert page.headers.get("content-type", "").startswith("text/html"), f"it is {page.headers.get('content-type')}"
    assert "content-security-policy" in page.headers, "it comes without security headers"
    plain = v.http("GET", url.replace("https://", "http://"))
    assert plain.headers.get("location") == url, f"without encryption: {plain}"
    config = v.http("GET", f"{url}config.json").json()
    assert config == {"apiUrl": v.outputs["api_endpoint_url"]}, f"the page uses {config}"
    return url


def check_bucket_is_closed(v: Verification) -> None:
    """The page does not come out of its bucket directly"""
    where = {"Bucket": v.outputs["content_bucket_name"], "Key": "index.html"}
    signed = str(v.client("s3").generate_presigned_url("get_object", Params=where))
    answer = v.http("GET", signed.partition("?")[0])
    assert answer.status == 403, f"without a signature: {answer.status}, expected 403"


def check_encryption(v: Verification) -> str:
    """Tables, files and the secret are encrypted with the system's own keys, which rotate"""
    own, pages = v.outputs["kms_key_arn"], v.outputs["content_kms_key_arn"]
    used: dict[str, str | None] = {}
    for name in ("users", "orders", "products"):
        table = v.client("dynamodb").describe_table(TableName=v.outputs[f"{name}_table_name"])["Table"]
        used[name] = table.get("SSEDescription", {}).get("KMSMasterKeyArn")
    used["api"] = v.client("secretsmanager").describe_secret(SecretId=v.outputs["api_secret_arn"]).get("KmsKeyId")
    for name, key in used.items():
        assert key in (own, v.outputs["kms_key_id"]), f"{name} is encrypted with {key}, expected {own}"
    head = v.client("s3").head_object(Bucket=v.outputs["content_bucket_name"], Key="index.html")
    assert head.get("SSEKMSKeyId") == pages, f"the page is encrypted with {head.get('SSEKMSKeyId')}, expected {pages}"
    for key in (own, pages):
        assert v.client("kms").get_key_rotation_status(KeyId=key)["KeyRotationEnabled"], f"{key} does not rotate"
    return own


def check_alarms(v: Verification) -> str:
    """Every alarm is there, and all notify the topic for alarms"""
    return alarms_notify(v, WATCHED)


def check_dead_letter_queues(v: Verification) -> str:
    """Events that failed are kept in encrypted queues for as long as configured, and take no plain HTTP"""
    kept = int(v.outputs["dead_letter_retention_seconds"])
    waiting: dict[str, int] = {}
    for name in QUEUES:
        url = v.outputs[f"{name.replace('-', '_')}_dlq_url"]
        found = v.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        seconds, keys = int(found["MessageRetentionPeriod"]), (v.outputs["kms_key_arn"], v.outputs["kms_key_id"])
        assert seconds == kept, f"the queue of {name} keeps events for {seconds} s, expected {kept} s"
        assert found.get("KmsMasterKeyId") in keys, f"the queue of {name} is not encrypted with {keys[0]}"
        assert "aws:SecureTransport" in found.get("Policy", ""), f"the queue of {name} takes plain HTTP"
        waiting[name] = sum(int(count) for item, count in found.items() if item.startswith("ApproximateNumberOf"))
    full = ", ".join(f"{name}: {count} waiting" for name, count in waiting.items() if count)
    return full or f"all {len(waiting)} empty, {kept / 86_400:g} days"


def check_dashboard(v: Verification) -> str:
    """The dashboard is there"""
    return has_widgets(v)


def _call(v: Verification, method: str, path: str, body: Any = None, idempotency_key: str = "") -> Response:
    headers = {"Idempotency-Key": idempotency_key} if idempotency_key else {}
    return v.api(method, v.outputs["api_endpoint_url"] + path, body, headers)


def _created(v: Verification, path: str, body: Any, idempotency_key: str = "") -> dict[str, Any]:
    answer = _call(v, "POST", path, body, idempotency_key)
    assert answer.status == 201, f"POST {path}: {answer}"
    return answer.json()


def _get(v: Verification, path: str) -> dict[str, Any]:
    answer = _call(v, "GET", path)
    assert answer.status == 200, f"GET {path}: {answer}"
    return answer.json()


def _items(v: Verification, path: str) -> Iterator[dict[str, Any]]:
    """Every item of a list, page by page."""
    page = _get(v, path)
    yield from page["items"]
    while page["nextCursor"] is not None:
        page = _get(v, f"{path}&cursor={page['nextCursor']}")
        yield from page["items"]


def _stock(v: Verification) -> int:
    return _get(v, f"/products/{v.memory['product_id']}")["stock"]


def _decided(v: Verification, user_id: str, quantity: int) -> dict[str, Any]:
    """Place an order and return it when its workflow has decided."""
    body = {"userId": user_id, "productId": v.memory["product_id"], "quantity": quantity}
    placed = _call(v, "POST", "/orders", body)
    assert placed.status == 202, f"POST /orders: {placed}"

    def decided() -> dict[str, Any] | None:
        order = _get(v, f"/orders/{placed.json()['orderId']}")
        return order if order["status"] in ("confirmed", "rejected", "failed") else None

    return v.eventually("the order is decided", decided, seconds=WORKFLOW_SECONDS)


def _exists(v: Verification, key: str) -> bool:
    found = v.client("s3").list_objects_v2(Bucket=v.outputs["data_bucket_name"], Prefix=key)
    return found["KeyCount"] > 0
