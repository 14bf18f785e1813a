import pulumi
from bus.lines import Lines
from bus.site import Site

lines = Lines("lines")
Site("site", lines.address)
pulumi.export("lines", lines.address)  # expect: API107
