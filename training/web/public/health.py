"""/health: whether this process and its database are well, for whoever watches over them."""

from typing import Any

from litestar import Response, get

from training import db
from training.access import Permission
from training.web.kit.security import needs


@get("/health", opt=needs(Permission.PUBLIC))
async def health() -> Response[dict[str, Any]]:
    """200 {"status": "ok"} when the database answers, 503 otherwise; it says nothing else to strangers."""
    try:
        await db.health()
    except db.UNAVAILABLE:
        return Response({"status": "unavailable"}, status_code=503, headers={"Retry-After": "5"})
    return Response({"status": "ok"})
