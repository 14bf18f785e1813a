from courts.access import Access
from courts.storage import Store

store = Store("bookings")
Access("clerk", store)
