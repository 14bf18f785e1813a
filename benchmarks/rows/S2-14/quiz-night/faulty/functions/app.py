import json


def handler(event, context):
    answer = json.loads(event.get("body"))  # expect: HDL105
    return {"statusCode": 200, "body": json.dumps(answer)}
