from archive import ScoreArchive
from readers import ScoreReader

archive = ScoreArchive("scores")
reader = ScoreReader("scores", archive)
