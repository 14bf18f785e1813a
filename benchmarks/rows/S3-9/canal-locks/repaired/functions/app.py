def handler(event, context):
    return gate(event)


def gate(message):
    request = message.get("detail") or {}
    return request.get("requestId")
