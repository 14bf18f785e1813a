import pulumi
from club.web import Web

pulumi.export("endpoint", Web("games").endpoint)
