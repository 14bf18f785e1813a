import pulumi
from zoo.feeding import Feeding
from zoo.store import Store

store = Store("zoo")
feeding = Feeding("feeding", store)
pulumi.export("function", feeding.function.name)
