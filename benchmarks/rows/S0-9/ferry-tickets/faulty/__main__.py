import pulumi
from harbour import Tickets

desk = Tickets("desk")
pulumi.export("tickets", desk.queue.url)
