"""Defaults behind `or`: an explicit false, or 0, has no effect."""

import pulumi

config = pulumi.Config()
tracing = config.get_bool("enable_xray_tracing") or True  # expect: CFG101
concurrency = config.get_int("lambda_reserved_concurrency") or 10  # expect: CFG101
pulumi.export("settings", {"tracing": tracing, "concurrency": concurrency})
