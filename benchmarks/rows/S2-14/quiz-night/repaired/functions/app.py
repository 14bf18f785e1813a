import json


def handler(event, context):
    try:
        answer = json.loads(event.get("body") or "")
    except ValueError:
        return {"statusCode": 400}
    return {"statusCode": 200, "body": json.dumps(answer)}
