from maple.store import Store

Store("barrels").close()
