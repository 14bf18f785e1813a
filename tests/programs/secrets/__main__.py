"""Configuration, plain and secret, typed and structured."""

import pulumi
import pulumi_aws as aws

config = pulumi.Config()
password = config.require_secret("dbPassword")
limits = config.require_object("limits")

parameter = aws.ssm.Parameter("password", type="SecureString", value=password)
secret = aws.secretsmanager.Secret("database", recovery_window_in_days=0)
aws.secretsmanager.SecretVersion(
    "database",
    secret_id=secret.id,
    secret_string=pulumi.Output.json_dumps({"user": config.get("user") or "app", "password": password}),
)
queue = aws.sqs.Queue(
    "jobs",
    visibility_timeout_seconds=limits["seconds"],
    fifo_queue=config.get_bool("ordered"),
    tags={"tier": config.require("tier"), "replicas": str(config.require_int("replicas"))},
)

pulumi.export("secret_arn", secret.arn)
pulumi.export("parameter_name", parameter.name)
pulumi.export("queue_url", queue.url)
pulumi.export("password", password)
pulumi.export("length", password.apply(len))
pulumi.export("made_secret", pulumi.Output.secret("hidden"))
