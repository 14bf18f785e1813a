from herbarium.sheets import Sheets

Sheets("sheets").copied_to("eu-west-1")
