from network import Network
from store import seeds, vault

network = Network("bank", "10.40.0.0/16")
vault("vault", seeds, network)
