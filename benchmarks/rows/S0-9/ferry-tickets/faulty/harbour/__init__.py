from harbour.tickets import Tickets

__all__ = ["Tickets"]
