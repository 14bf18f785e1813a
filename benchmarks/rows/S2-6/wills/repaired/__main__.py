from safe import Safe

safe = Safe("wills")
safe.encrypt()
