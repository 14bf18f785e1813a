import colours  # expect: HDL102


def handler(event, context):
    return colours.of(event)
