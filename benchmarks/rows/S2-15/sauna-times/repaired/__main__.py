from sauna.api import Api
from sauna.cors import answer_preflights

api = Api("sauna")
answer_preflights(api, "times")
api.deploy("prod")
