import json
import os

import boto3

SQS = boto3.client("sqs")


def handler(event, context):
    failures = []
    for record in event["Records"]:
        try:
            number = int(record["body"])
            SQS.send_message(QueueUrl=os.environ["RESULTS"], MessageBody=json.dumps(number * number))
        except ValueError:
            failures.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failures}
