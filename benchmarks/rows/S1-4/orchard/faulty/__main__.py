from storage import Crates

Crates("crates")
