"""The routes of product-service."""

# The functions are called by the resolver that they are registered with.
# pyright: reportUnusedFunction=false

from __future__ import annotations

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler.api_gateway import Response

from stackwright_handlers.idempotency import Answer, Idempotent
from stackwright_handlers.routing import Routing

from .products import NewProduct, Product, ProductChange, Products


def create_product_api(products: Products, once: Idempotent, logger: Logger) -> Routing:
    """Return the routes."""
    routing = Routing(logger, once)

    @routing.post("/products")
    def create() -> Response[str]:
        new = NewProduct.from_body(routing.body)

        def work(scope: str | None) -> Answer:
            product = products.create(new, scope)
            logger.info("product created", product_id=product.product_id)
            return product.public()

        return routing.answer_once(201, "POST /products", work)

    @routing.get("/products")
    def some() -> Response[str]:
        category = routing.query.get("category")
        page = products.all(routing.page) if category is None else products.by_category(category, routing.page)
        return routing.answer_page(page, Product.public)

    @routing.get("/products/<product_id>")
    def get(product_id: str) -> Response[str]:
        return routing.answer(200, products.get(product_id).public())

    @routing.patch("/products/<product_id>")
    def change(product_id: str) -> Response[str]:
        product = products.change(product_id, ProductChange.from_body(routing.body))
        logger.info("product changed", product_id=product.product_id, version=product.version)
        return routing.answer(200, product.public())

    return routing
