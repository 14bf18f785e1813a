from locker.flow import Flow
from locker.rules import starts_every_hour

starts_every_hour("locker", Flow("locker"))
