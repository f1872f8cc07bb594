"""The API at /api/v1: the routers of all apps, its own description, and 404 for the rest."""

import re
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path, re_path
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI
from ninja.operation import Operation

from api import analytics, errors
from api.docs import docs_page
from api.errors import error_answer
from api.parsing import ContractParser

APPS = (
    "organizations",
    "catalog",
    "customers",
    "subscriptions",
    "usage",
    "coupons",
    "wallets",
    "invoices",
    "payments",
    "delivery",
)

ERROR = {
    "type": "object",
    "required": ["status", "error"],
    "properties": {
        "status": {"type": "integer"},
        "error": {"type": "string"},
        "code": {"type": "string"},
        "error_details": {"type": "object"},
    },
}


class ContractAPI(NinjaAPI):
    """The API; its document says what refusals look like."""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """Name an operation by its method and path, which no other has."""
        words = re.findall(r"[a-z_]+", operation.path)
        return "_".join([operation.methods[0].lower(), *words])

    def get_openapi_schema(self, **where: Any) -> Any:
        """Return the OpenAPI document, with the shape of errors at each operation."""
        document = super().get_openapi_schema(**where)
        content = {"application/json": {"schema": ERROR}}
        for methods in document["paths"].values():
            for operation in methods.values():
                operation["responses"]["4XX"] = {"description": "Refused", "content": content}
        return document


api = ContractAPI(
    title="Billing Admin",
    version="1",
    description="Usage-based billing: customers, plans, subscriptions, usage, invoices, payments.",
    parser=ContractParser(),
    docs_url=None,
    openapi_url="/openapi.json",
    openapi_extra={
        "components": {"securitySchemes": {"apiKey": {"type": "http", "scheme": "bearer"}}},
        "security": [{"apiKey": []}],
    },
)
errors.register(api)
for app in APPS:
    if find_spec(f"{app}.api"):
        api.add_router("", import_module(f"{app}.api").router)
api.add_router("", analytics.router)


@csrf_exempt
def unknown_route(request: HttpRequest) -> HttpResponse:
    """Answer a path that the API does not have."""
    return error_answer(404, code="resource_not_found")


urlpatterns = [
    path("v1/docs", docs_page(api.get_openapi_schema), name="api_docs"),
    path("v1/", api.urls),
    re_path("", unknown_route),
]
