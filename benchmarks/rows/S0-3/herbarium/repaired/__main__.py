from scans import Scans

scans = Scans("scans", arriving="incoming/")
scans.expire("delete-processed", "processed/", days=14)
