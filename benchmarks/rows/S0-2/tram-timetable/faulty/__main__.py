import pulumi
from tram.settings import Settings

settings = Settings.read()
pulumi.export("tracing", settings.tracing)
pulumi.export("retries", settings.retries)
