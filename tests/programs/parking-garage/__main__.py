"""A parking garage whose inputs are written as people write them: policies as dicts and typed, numbers as text, whole
resources where a name is asked, a secret that is read back, and the one address of several that an API has."""

import pulumi
import pulumi_aws as aws

tickets = aws.s3.Bucket("tickets", force_destroy=True)
barriers = aws.sqs.Queue("barriers", visibility_timeout_seconds="45")  # pyright: ignore[reportArgumentType]
entries = aws.sns.Topic("entries")

# A policy as a dict, and one in the SDK's own types.
aws.s3.BucketPolicy(
    "tickets",
    bucket=tickets,  # pyright: ignore[reportArgumentType]
    policy={
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Deny",
                "Principal": "*",
                "Action": "s3:DeleteObject",
                "Resource": pulumi.Output.concat(tickets.arn, "/paid/*"),
            }
        ],
    },
)
aws.sqs.QueuePolicy(
    "barriers",
    queue_url=barriers.url,
    policy=aws.iam.PolicyDocumentArgs(
        version=aws.iam.PolicyDocumentVersion.POLICY_DOCUMENT_VERSION_2012_10_17,
        statement=[
            aws.iam.PolicyStatementArgs(
                effect=aws.iam.PolicyStatementEffect.ALLOW,
                principal=aws.iam.ServicePrincipalArgs(service="sns.amazonaws.com"),
                action="sqs:SendMessage",
                resource=barriers.arn,
                condition={"ArnEquals": {"aws:SourceArn": entries.arn}},
            )
        ],
    ),
)
aws.sns.TopicSubscription("entries", topic=entries.arn, protocol="sqs", endpoint=barriers.arn)

# A role given whole, where its name is asked.
guard = aws.iam.Role(
    "guard",
    assume_role_policy={
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ],
    },
)
aws.iam.RolePolicy(
    "guard",
    role=guard,
    policy={
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": "*"}],
    },
)
aws.iam.RolePolicyAttachment(
    "guard",
    role=guard,  # pyright: ignore[reportArgumentType]
    policy_arn="arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
)

# Numbers and truths as text.
full = aws.cloudwatch.MetricAlarm(
    "full",
    namespace="Garage",
    metric_name="Occupied",
    statistic="Maximum",
    comparison_operator="GreaterThanThreshold",
    threshold="80.0",  # pyright: ignore[reportArgumentType]
    period="60",  # pyright: ignore[reportArgumentType]
    evaluation_periods="1",  # pyright: ignore[reportArgumentType]
    actions_enabled="false",  # pyright: ignore[reportArgumentType]
)

# A secret of this very program, read back.
code = aws.secretsmanager.Secret("code", recovery_window_in_days="0")  # pyright: ignore[reportArgumentType]
version = aws.secretsmanager.SecretVersion("code", secret_id=code.id, secret_string="open sesame")
read = aws.secretsmanager.get_secret_version_output(
    secret_id=code.id, opts=pulumi.InvokeOutputOptions(depends_on=[version])
)

# One of the several addresses of an API.
spaces = aws.appsync.GraphQLApi(
    "spaces", authentication_type="API_KEY", schema="type Query { free: Int } schema { query: Query }"
)

pulumi.export("bucket", tickets.bucket)
pulumi.export("bucket_policy_of", tickets.id)
pulumi.export("queue_url", barriers.url)
pulumi.export("topic", entries.arn)
pulumi.export("role", guard.name)
pulumi.export("alarm", full.name)
pulumi.export("threshold", full.threshold)
pulumi.export("code", read.secret_string)
pulumi.export("graphql", spaces.uris["GRAPHQL"])
