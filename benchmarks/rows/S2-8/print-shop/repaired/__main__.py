from press import Press

Press("press")
