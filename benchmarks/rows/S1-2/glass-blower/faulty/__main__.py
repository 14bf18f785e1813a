from gateway import Gateway
from studio import studio

gateway = Gateway("orders")
gateway.serve("GET", studio)
gateway.serve("POST", studio)
gateway.publish()
