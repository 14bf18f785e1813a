from tides.parts import Station

station = Station("north-pier")
station.publish()
