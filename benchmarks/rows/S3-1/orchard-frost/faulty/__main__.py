from frost.environments import ENVIRONMENTS, provider_for
from frost.sensors import Sensors

for environment in ENVIRONMENTS:
    Sensors(environment.name, provider_for(environment))
