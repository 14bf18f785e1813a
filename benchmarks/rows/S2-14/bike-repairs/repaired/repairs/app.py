import json


def handler(event, context):
    return {"statusCode": 200, "body": wanted(event)}


def wanted(request):
    body = request.get("body")
    return json.loads(body).get("bike", "") if body else ""
