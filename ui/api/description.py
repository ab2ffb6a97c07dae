"""The description of the API in the OpenAPI format."""

from collections.abc import Sequence
from typing import Any

from fastapi.openapi.utils import get_openapi
from starlette.routing import BaseRoute

from rag.record.recorder import product_version

_ABOUT = (
    "就政策文件提问，每一句回答都注明出自哪一条。本页的形式与命令行的 --json 和 --batch 相同。"
    "Questions about policy documents, each statement of an answer with its clause. The shapes are those of --json and "
    "--batch on the command line."
)
_KEY = "有用户账号时需要；由 policyqa key add 生成。Needed where people have accounts; made with policyqa key add."


def description(routes: Sequence[BaseRoute]) -> dict[str, Any]:
    """Return the description of some routes."""
    shape = get_openapi(
        title="政策问答 · Policy Q&A", version=product_version(), description=_ABOUT, routes=routes
    )
    shape["components"]["securitySchemes"] = {
        "key": {"type": "http", "scheme": "bearer", "description": _KEY}
    }
    # Without accounts nobody needs one.
    shape["security"] = [{"key": []}, {}]
    # Errors of fields come in the shape of all errors.
    for unused in ("HTTPValidationError", "ValidationError"):
        shape["components"]["schemas"].pop(unused, None)
    return shape
