"""Every component once. The pages of the reference show its parts, and are made by running it."""

from pathlib import Path

import pulumi

from stackwright.components import (
    Alarms,
    AlarmThresholds,
    Bucket,
    BucketFiles,
    BucketNotification,
    Catch,
    Cors,
    Dashboard,
    Definition,
    Distribution,
    Environment,
    EnvironmentConfig,
    Fail,
    Function,
    GlobalSecondaryIndex,
    Invoke,
    Key,
    LifecycleRule,
    Network,
    ObjectEvents,
    Package,
    Queue,
    Replication,
    ReplicationEnd,
    ReplicationPair,
    ReplicaWriter,
    RestApi,
    Retry,
    Route,
    Rule,
    Secret,
    Table,
    TablePolicy,
    Topic,
    Workflow,
    load_config,
)

HERE = Path(__file__).resolve().parent

# ---- Environment
# Its region, account, tags and name come from the stack's config.
environment = Environment.from_config(load_config(EnvironmentConfig))
opts = environment.opts

# ---- Key
key = Key("main", description="what the shop keeps", opts=opts)

# ---- Package
package = Package(HERE / "handlers", entry="app.py")

# ---- Function
orders = Function("orders", package=package, handler="app.handler", memory_mb=256, reserved_concurrency=20, opts=opts)

# ---- Network
network = Network("private", cidr="10.0.0.0/16", zones=2, endpoints=["dynamodb"], opts=opts)
reports = Function("reports", package=package, handler="app.handler", network=network, opts=opts)

# ---- Table
sales = Table(
    "sales",
    attributes={"id": "S", "day": "S"},
    hash_key="id",
    indexes={"by-day": GlobalSecondaryIndex(hash_key="day")},
    ttl_attribute="expires",
    opts=opts,
)
# The variable, the permission and the access to its key, in one statement.
sales.link(reports, "SALES_TABLE", "dynamodb:GetItem", indexes={"by-day": ["dynamodb:Query"]})

# ---- Endpoint
# A network has one for each service that it was given.
database = network.endpoints["dynamodb"]

# ---- TablePolicy
TablePolicy("sales-policy", table=sales, endpoint=database, functions=[reports], opts=opts)

# ---- Bucket
files = Bucket(
    "files",
    key=key,
    lifecycle={"old": LifecycleRule(prefix="invoices/", infrequent_access_days=30, expiration_days=365)},
    opts=opts,
)
files.link(orders, "FILES_BUCKET", prefixes={"invoices/": ["s3:GetObject", "s3:PutObject"]})

# ---- BucketFiles
content = Bucket("content", encryption="AES256", opts=opts)
BucketFiles("pages", bucket=content, root=HERE / "content", files=["index.html"], opts=opts)

# ---- BucketNotification
BucketNotification(
    "arrivals",
    bucket=files,
    functions={"orders": ObjectEvents(function=orders, events=["s3:ObjectCreated:*"], prefix="invoices/")},
    eventbridge=True,
    opts=opts,
)

# ---- Distribution
site = Distribution("site", bucket=content, opts=opts)
pulumi.export("site", site.domain_name)

# ---- Queue
parcels = Queue("parcels", key=key, retention_seconds=86_400, opts=opts)
parcels.link(orders, "PARCELS_QUEUE")

# ---- Topic
notices = Topic("notices", key=key, opts=opts)
notices.link(orders, "NOTICES_TOPIC")

# ---- Secret
# None: 32 random bytes, drawn once and kept.
signing = Secret("signing", values={"cursor_key": None}, key=key, opts=opts)
signing.link(orders, "SIGNING_SECRET")

# ---- RestApi
api = RestApi(
    "api",
    routes={"POST /orders": Route(function=orders), "GET /orders/{id}": Route(function=orders)},
    cors=Cors(origin="https://shop.example"),
    throttle_rate=50,
    manage_account_role=True,
    opts=opts,
)
pulumi.export("url", api.url)

# ---- Workflow
delivery = Workflow(
    "delivery",
    definition=Definition(
        start_at="Pack",
        steps={
            "Pack": Invoke(orders, {"order.$": "$.id"}, result_path="$.pack", retry=[Retry()], catch=[Catch("Failed")]),
            "Failed": Fail("NotDelivered", "nobody was at home"),
        },
        timeout_seconds=3600,
    ),
    opts=opts,
)
delivery.link(orders, "DELIVERY_WORKFLOW")

# ---- Rule
Rule("nightly", target=delivery, schedule="cron(0 3 * * ? *)", constant_input={"id": "all"}, opts=opts)

# ---- Replication
stock = Table("stock", attributes={"id": "S"}, hash_key="id", stream=True, opts=opts)
copier = Function("copy-stock", package=package, handler="app.handler", timeout_seconds=60, opts=opts)
here = ReplicationEnd(environment=environment.name, region=environment.region)
there = ReplicationEnd(environment="staging", region="us-east-1", account_id="222222222222")
pair = ReplicationPair(
    project=environment.project,
    source=here,
    copy=there,
    table="stock",
    function="copy-stock",
    writer="stock-writer",
    external_id="shop-to-staging",
)
replication = Replication("stock-copy", pair=pair, source=stock, function=copier, opts=opts)

# ---- ReplicaWriter
# The other side of such a pair, in the copy's own stack.
prices = Table("prices", attributes={"id": "S"}, hash_key="id", opts=opts)
from_head_office = ReplicationPair(
    project=environment.project,
    source=ReplicationEnd(environment="office", region="us-east-1", account_id="333333333333"),
    copy=here,
    table="prices",
    function="copy-prices",
    writer="prices-writer",
    external_id="office-to-shop",
)
ReplicaWriter("prices-writer", pair=from_head_office, table=prices, opts=opts)

# ---- Alarms
alarms = Topic("alarms", key=key, opts=opts)
Alarms(
    "watch",
    topic=alarms,
    functions=[orders, reports],
    apis=[api],
    workflows=[delivery],
    tables=[sales],
    replications=[replication],
    thresholds=AlarmThresholds(throttles=5),
    opts=opts,
)

# ---- Dashboard
Dashboard("overview", apis=[api], functions=[orders], workflows=[delivery], tables=[sales], opts=opts)
