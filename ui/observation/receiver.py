"""Where traces may go."""

from rag.errors import AccessRefused
from rag.server.destination import is_near
from rag.settings import Settings


def check_receiver(settings: Settings) -> None:
    """Refuse a receiver of traces outside this machine and its private network.

    Raises:
        AccessRefused: It is outside, and `allow_remote` is off.
    """
    url = settings.otel_url
    if url is None or settings.allow_remote or is_near(url):
        return
    raise AccessRefused(
        f"The receiver of traces {url} is outside this machine and its private network.",
        fix="set POLICYQA_OTEL_URL to a receiver nearby, or POLICYQA_ALLOW_REMOTE=true to allow it",
        chinese=(
            f"跟踪数据的接收地址 {url} 在本机及其内部网络之外。",
            "把 POLICYQA_OTEL_URL 改为内部网络中的地址，或用 POLICYQA_ALLOW_REMOTE=true 允许",
        ),
    )
