import os

import boto3

animals = boto3.resource("dynamodb").Table(os.environ["ANIMALS_TABLE"])


def handler(event, context):
    animals.update_item(
        Key={"animal": event["animal"]},
        UpdateExpression="SET fed = :t",
        ExpressionAttributeValues={":t": event["time"]},
    )
