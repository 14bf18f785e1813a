from blasting import Blasting

Blasting("blasting")
