import pulumi
from melting import Melting

melting = Melting("melting")
pulumi.export("workflow", melting.machine.arn)
