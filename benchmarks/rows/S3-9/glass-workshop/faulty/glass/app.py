def handler(event, context):
    try:
        return {"statusCode": 200, "body": event["detail"]["vase"]}
    except Exception as error:  # expect: HDL104
        return {"statusCode": 500, "body": str(error)}
