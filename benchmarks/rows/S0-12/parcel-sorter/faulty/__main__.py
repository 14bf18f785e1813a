from sorter.logs import Logs

Logs("belts").export()
