from hives.settings import Settings
from hives.storage import Honey

Honey("honey", Settings(archive_after=45, delete_after=365))
