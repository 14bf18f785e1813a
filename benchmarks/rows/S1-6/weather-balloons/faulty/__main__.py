# profile: stackwright
from storage import Storage

Storage("soundings")
