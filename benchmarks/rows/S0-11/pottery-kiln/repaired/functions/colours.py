def of(event):
    return event.get("clay")
