from tiles import Tiles

Tiles("tiles")
