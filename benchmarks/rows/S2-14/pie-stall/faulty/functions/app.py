import json


def handler(event, context):
    order = json.loads(event["body"])  # expect: HDL105
    return {"statusCode": 200, "body": json.dumps({"pie": order["pie"]})}
