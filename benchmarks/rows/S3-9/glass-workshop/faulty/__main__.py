from glass.desk import Desk

Desk("vases")
