from booth import bucket
from printing import Printer

Printer("prints").listen(bucket)
