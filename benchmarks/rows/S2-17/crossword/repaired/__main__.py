from crossword.api import Clues
from crossword.settings import Settings

Clues("clues", Settings())
