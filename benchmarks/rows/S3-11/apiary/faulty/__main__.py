from hives.settings import Settings
from hives.storage import Honey

Honey("honey", Settings(archive_after=14, delete_after=365))
