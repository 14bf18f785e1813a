from routes import Routes
from workers import worker

routes = Routes("tools")
routes.add("borrow", "POST", worker("borrow"))
routes.add("give-back", "DELETE", worker("give-back"))
routes.deploy("v1")
