import json


def handler(event, context):
    try:
        order = json.loads(event["body"])
    except (TypeError, ValueError):
        return {"statusCode": 400}
    return {"statusCode": 200, "body": json.dumps({"pie": order["pie"]})}
