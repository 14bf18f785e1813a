from jobs import job

for name in ("across", "down"):
    job(name)
