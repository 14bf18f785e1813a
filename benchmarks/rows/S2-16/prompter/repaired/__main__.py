from stage.prompter import Prompter

Prompter("hamlet")
