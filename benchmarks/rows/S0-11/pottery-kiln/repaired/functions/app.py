import colours


def handler(event, context):
    return colours.of(event)
