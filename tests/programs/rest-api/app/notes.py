import json
import os

import boto3

TABLE = boto3.resource("dynamodb").Table(os.environ["TABLE"])


def handler(event, context):
    key = {"id": event["pathParameters"]["id"]}
    if event["httpMethod"] == "PUT":
        TABLE.put_item(Item={**key, "text": json.loads(event["body"])["text"]})
        print("kept", key["id"])
        return answer(200, key)
    item = TABLE.get_item(Key=key).get("Item")
    return answer(200, item) if item else answer(404, {"message": "no such note"})


def answer(status, body):
    return {"statusCode": status, "body": json.dumps(body)}
