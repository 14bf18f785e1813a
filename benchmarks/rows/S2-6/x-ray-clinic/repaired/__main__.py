from archive import Archive

Archive("images")
