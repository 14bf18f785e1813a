from depot.sorting import Sorting
from depot.yard import Yard

Sorting("green", Yard("green"))
