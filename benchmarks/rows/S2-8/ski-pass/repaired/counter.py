import os

import boto3

dynamodb = boto3.client("dynamodb")


def handler(event, context):
    dynamodb.update_item(
        TableName=os.environ["PASSES"],
        Key={"pass": {"S": event["pass"]}},
        UpdateExpression="ADD rides :one",
        ExpressionAttributeValues={":one": {"N": "1"}},
    )
