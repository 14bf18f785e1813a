from archive import Ages, Archive

Archive("files", Ages(colder=30, gone=90))
