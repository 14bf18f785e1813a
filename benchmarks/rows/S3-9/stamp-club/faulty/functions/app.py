def handler(event, context):
    return [record["body"] for record in event["Records"]]  # expect: HDL103
