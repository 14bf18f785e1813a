"""AWS made up: ids, names and answers of the form that AWS gives them, without a call to anything."""
