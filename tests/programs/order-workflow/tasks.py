def price(event, context):
    return {"total": sum(item["price"] * item["count"] for item in event["items"])}


def discount(event, context):
    return {"total": event["total"] * 9 // 10}
