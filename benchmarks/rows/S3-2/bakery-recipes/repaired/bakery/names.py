def physical(name: str, shelf: str) -> str:
    return f"{name}-{shelf}".lower().replace("_", "-")
