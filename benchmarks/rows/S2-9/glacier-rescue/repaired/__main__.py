from rescue.alarm import Alarm
from rescue.people import Rota

rota = Rota("rota")
Alarm("alarm", rota)
