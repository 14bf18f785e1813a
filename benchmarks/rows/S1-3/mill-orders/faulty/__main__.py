from mill.functions import Functions

Functions("flour").add("grind", maximum_retry_attempts=2)
