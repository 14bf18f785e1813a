from journal import journal

journal("crossings")
journal("harbours")
