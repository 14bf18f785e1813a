from repairs.desk import Desk

Desk("bikes")
