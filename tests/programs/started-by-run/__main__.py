"""A weather station that starts itself with `pulumi.run`, and whose outputs are what its function returns."""

import pulumi
import pulumi_aws as aws


async def station() -> dict[str, pulumi.Input[str]]:
    """Readings go through a stream into a table."""
    readings = aws.dynamodb.Table(
        "readings",
        billing_mode="PAY_PER_REQUEST",
        hash_key="station",
        attributes=[{"name": "station", "type": "S"}],
    )
    alerts = aws.sqs.Queue("alerts", tags={"table": readings.name})
    identity = await aws.get_caller_identity()
    return {"table": readings.name, "alerts": alerts.url, "account": identity.account_id}


if __name__ == "__main__":
    pulumi.run(station)
