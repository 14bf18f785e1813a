def handler(event, context):
    return gate(event)


def gate(message):
    request = message.get("requestContext") or {}  # expect: HDL103
    return request.get("requestId")
