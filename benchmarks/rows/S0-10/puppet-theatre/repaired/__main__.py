from rehearsal import Rehearsal
from stage import Stage

Rehearsal("rehearsal", Stage("stage"))
