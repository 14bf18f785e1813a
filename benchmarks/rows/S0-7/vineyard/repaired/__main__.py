from cellar import Cellar

Cellar("cellar")
