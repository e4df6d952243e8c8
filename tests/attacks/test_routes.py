"""The routes of the page are open, as docs/security.md lists them. Every other route of Chainlit is closed."""

import importlib.util
import re
from pathlib import Path

from chat.doors.routes import OPEN, is_open
from tests.attacks.stranger import Stranger, new_id

ROOT = Path(__file__).parents[2]
ROW = re.compile(r"^\| `(\w+)` \| `([^`]+)` \|", re.MULTILINE)
CLOSED = [
    *(("PUT", "/project/element"), ("DELETE", "/project/element"), ("POST", "/project/file"), ("POST", "/mcp")),
    *(("DELETE", "/mcp"), ("GET", "/docs"), ("GET", "/redoc"), ("GET", "/openapi.json"), ("PUT", "/feedback")),
    *(("POST", "/set-session-cookie"), ("DELETE", "/feedback"), ("POST", "/project/threads"), ("POST", "/login")),
    *(("PUT", "/project/thread"), ("PUT", "/project/thread/share"), ("DELETE", "/project/thread"), ("POST", "/logout")),
    *(("GET", f"/project/share/{new_id()}"), ("GET", f"/project/thread/{new_id()}"), ("GET", "/copilot/index.js")),
    *(("GET", f"/project/file/{new_id()}"), ("GET", "/docs/oauth2-redirect"), ("POST", "/auth/jwt")),
    *(("POST", "/auth/header"), ("GET", "/auth/oauth/github"), ("GET", "/anything"), ("GET", "/element/x")),
    *(("POST", "/"), ("PUT", "/"), ("OPTIONS", "/"), ("TRACE", "/"), ("DELETE", "/user"), ("POST", "/health")),
    *(("GET", "//"), ("GET", "/public/../app.py"), ("GET", "/public/%2e%2e/app.py"), ("GET", "/assets/..%2f..%2fx")),
    *(("GET", "/public/..%5capp.py"), ("GET", "/PROJECT/SETTINGS"), ("GET", "/project/settings/")),
]


def test_the_open_routes_are_the_documented_ones() -> None:
    documented = ROW.findall((ROOT / "docs" / "security.md").read_text())
    assert documented == [(route.method, route.path) for route in OPEN]


def test_every_other_route_is_closed(stranger: Stranger) -> None:
    answers = {(method, path): stranger.request(method, path, body=b"{}").status for method, path in CLOSED}
    assert {route: status for route, status in answers.items() if status not in (404, 400)} == {}


def test_each_route_of_chainlit_is_either_open_or_closed(stranger: Stranger) -> None:
    """Check the list of the installed Chainlit: a new route must be closed."""
    found = importlib.util.find_spec("chainlit")
    assert found is not None
    text = Path(str(found.origin)).with_name("server.py").read_text()
    routes = re.findall(r'@router\.(get|post|put|delete|patch|head)\(\s*"([^"]+)"', text)
    assert len(routes) > 30
    for method, pattern in routes:
        path = re.sub(r"\{[^}]+\}", "x", pattern)
        if not is_open(method.upper(), path):
            assert stranger.request(method.upper(), path, body=b"{}").status == 404, (method, path)


def test_the_open_routes_answer(stranger: Stranger) -> None:
    for path in (
        "/",
        "/health",
        "/public/fullstop.js",
        "/favicon",
        "/logo",
        "/avatars/default",
        "/user",
        "/auth/config",
    ):
        assert stranger.request("GET", path).status < 500, path
    assert stranger.request("GET", "/project/translations?language=zh-CN").status == 200
    assert stranger.request("GET", "/project/settings?language=en-US").status == 200
    assert stranger.request("HEAD", "/").status == 200
