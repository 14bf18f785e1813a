from bakery.store import Store

Store("recipes", "Dough_And_Crust")
