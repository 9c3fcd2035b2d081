"""Whether the process answers at all, for whoever starts it anew if it does not."""

from fastapi import APIRouter
from fastapi.responses import PlainTextResponse

router = APIRouter(tags=["health"])


@router.get("/health/live", response_class=PlainTextResponse, summary="The process answers")
async def live() -> str:
    """Answer `live`; it says nothing about data, which `/health` does."""
    return "live\n"
