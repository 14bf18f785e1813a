from huts import Huts

Huts("huts").serve()
