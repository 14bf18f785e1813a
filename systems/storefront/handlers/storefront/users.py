"""Users, and that no two have the same e-mail address.

| attribute | type | meaning                                                                  |
|-----------|------|--------------------------------------------------------------------------|
| userId    | S    | partition key                                                            |
| email     | S    | in lower case: partition key of `email-index`                            |
| name      | S    |                                                                          |
| createdAt | S    | UTC, ISO 8601 with microseconds                                          |

Beside each user there is an item `email#<address>`, without an attribute `email`, which no second user can write. Both
are written in one transaction, so whoever comes second gets neither, however close behind.
"""

from __future__ import annotations

from dataclasses import dataclass

from stackwright_handlers.bodies import Body, invalid_field
from stackwright_handlers.errors import RequestError
from stackwright_handlers.pages import Page, PageRequest, Pages
from stackwright_handlers.table.items import Item, Put, Query, Table, absent
from stackwright_handlers.values import Clock, clean_text, timestamp

from .ids import is_id, new_id
from .schemas import SCHEMAS
from .values import MAX_NAME_CHARACTERS, clean_email

USER_ID = "userId"

_BODY = Body(SCHEMAS["user"])
_NEW = absent(USER_ID)


@dataclass(frozen=True, slots=True)
class User:
    """A user; the module's docstring describes the attributes."""

    user_id: str
    email: str
    name: str
    created_at: str

    def attributes(self) -> dict[str, str]:
        """Return the user as it is stored, which is also what clients see."""
        return {"userId": self.user_id, "email": self.email, "name": self.name, "createdAt": self.created_at}

    @classmethod
    def from_item(cls, item: Item) -> User:
        """Build the user from its stored form."""
        return cls(str(item["userId"]), str(item["email"]), str(item["name"]), str(item["createdAt"]))


@dataclass(frozen=True, slots=True)
class NewUser:
    """The body of POST /users."""

    email: str
    name: str

    @classmethod
    def from_body(cls, body: str | None) -> NewUser:
        """Read a request body; raises RequestError."""
        values = _BODY.read(body)
        email = clean_email(values["email"])
        if email is None:
            raise invalid_field("email", "email holds characters that an address cannot have")
        name = clean_text(values["name"], MAX_NAME_CHARACTERS)
        if name is None:
            raise invalid_field("name", "name must be one line that is not blank")
        return cls(email, name)


class Users:
    """The users."""

    def __init__(self, table: Table, pages: Pages, clock: Clock) -> None:
        self._table = table
        self._pages = pages
        self._clock = clock

    def create(self, new: NewUser, scope: str | None) -> User:
        """Create a user; with the scope of an earlier attempt that got through, return what that one created.

        Raises:
            RequestError: 409, there is a user with this e-mail address.
            TableError: the table could not be used.
        """
        user = User(new_id(scope), new.email, new.name, timestamp(self._clock()))
        claim = {USER_ID: f"email#{user.email}", "ownerId": user.user_id}
        refused = self._table.transact([Put(user.attributes(), _NEW), Put(claim, _NEW)])
        if refused is None:
            return user
        earlier = refused.reasons[0]
        if earlier is not None and earlier.item is not None:
            return User.from_item(earlier.item)
        raise RequestError(409, "email_in_use", "There is a user with this e-mail address.")

    def find(self, user_id: str) -> User | None:
        """Return a user, if there is one with this id; raises TableError."""
        item = self._table.get(user_id) if is_id(user_id) else None
        return None if item is None else User.from_item(item)

    def by_email(self, email: str, request: PageRequest) -> Page[User]:
        """Return the users with this e-mail address, in any letter case: one or none.

        Raises:
            RequestError: 400, the address, the limit or the cursor is none.
            TableError: the table could not be read.
        """
        address = clean_email(email)
        if address is None:
            raise RequestError(400, "invalid_email", "email is not an e-mail address.")
        return self._pages.page(Query("email-index", "email", address), request, User.from_item)
