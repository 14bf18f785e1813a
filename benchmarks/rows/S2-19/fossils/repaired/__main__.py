from keys import Keys
from stores import bones

bones(Keys("fossils"))
