from oven import Oven

Oven("oven")
