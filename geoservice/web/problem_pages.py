"""Problems as a page, for people: a browser that asks for a page is not answered with JSON."""

from __future__ import annotations

from typing import Final

from fastapi import Request
from starlette.responses import Response

from geoservice.cartography import Text
from geoservice.logs import request_id
from geoservice.sentences import in_language
from geoservice.web.house import draw, new_nonce
from geoservice.web.language import preferred
from geoservice.web.security import content_security_policy

_API: Final = ("/v1/", "/static/", "/openapi.json", "/metrics")
_HEADINGS: Final = {
    400: Text("这个请求有误", "This request is not right"),
    401: Text("请先登录", "Sign in first"),
    403: Text("您的角色看不到这里", "Your role does not see this"),
    404: Text("没有找到", "Not found"),
    410: Text("已失效", "No longer there"),
    413: Text("内容过大", "Too large"),
    503: Text("服务正忙，请稍候", "The service is busy, try again in a moment"),
    504: Text("查询超时", "The question took too long"),
}
_OTHERWISE: Final = Text("出了问题", "Something went wrong")
_SIGN_IN: Final = Text(
    "登录链接由管理员发放；打开链接即可登录。",
    "An administrator hands out sign-in links; opening one signs you in.",
)


def wants_page(request: Request) -> bool:
    """Tell whether a person's browser asks: it names ``text/html`` first (RFC 9110, 12.5.1), off the API's paths."""
    path = request.url.path.removeprefix(request.scope.get("root_path", ""))
    first = request.headers.get("accept", "").split(",", 1)[0]
    return first.strip().startswith("text/html") and not path.startswith(_API)


def problem_page(request: Request, status: int, title: str, value: object, remedy: str) -> Response:
    """Return what went wrong as a page: heading, subject, value, remedy, the number of the request."""
    language = preferred(request)
    nonce = new_nonce()
    html = draw(
        "problem.html",
        language,
        request.scope.get("root_path", ""),
        None,
        nonce,
        heading=getattr(_HEADINGS.get(status, _OTHERWISE), language),
        title=in_language(title, language),
        value=None if value is None else str(value)[:500],
        remedy=in_language(remedy, language),
        sign_in=getattr(_SIGN_IN, language) if status in (401, 403) else None,
        status=status,
        number=request_id.get(),
    )
    headers = {
        "Cache-Control": "no-store",
        "Content-Language": "zh-CN" if language == "zh" else "en",
        "Content-Security-Policy": content_security_policy(nonce),
        "Vary": "Accept, Cookie",
        "X-Content-Type-Options": "nosniff",
    }
    if status == 503:
        headers["Retry-After"] = "5"
    return Response(html, status, headers, "text/html; charset=utf-8")
