"""Only the app's own page may call it, under an accepted host name. DNS rebinding and foreign pages are refused."""

import pytest

from chat.doors.hosts import Hosts
from chat.doors.settings import BadDoor, read_door_settings
from chat.words.texts import plain
from tests.attacks.conftest import StartApp
from tests.attacks.stranger import Stranger
from tests.browser.running_app import RunningApp

POLLING = "/ws/socket.io/?EIO=4&transport=polling"
PATHS = ["/", "/project/settings", "/project/translations?language=en-US", "/health", "/public/fullstop.js", POLLING]
FOREIGN = ["evil.example", "evil.example:{port}", "127.0.0.1.evil.example:{port}", "localhost.evil.example", "[::2]:80"]
ODD = ["", "a b", "127.0.0.1:{port}/", "127.0.0.1:99999999", "user@127.0.0.1", "10.1.2.3:{port}", "x\x01"]


def at(app: RunningApp, host: str) -> str:
    return host.replace("{port}", app.url.rsplit(":", 1)[1])


@pytest.mark.parametrize("path", PATHS)
def test_a_rebound_name_is_refused_on_every_path(app: RunningApp, stranger: Stranger, path: str) -> None:
    for host in (at(app, each) for each in FOREIGN):
        got = stranger.request("GET", path, {"Host": host, "Origin": f"http://{host}"})
        assert got.status == 421, host


@pytest.mark.parametrize("host", ODD, ids=repr)
def test_a_malformed_host_is_refused(app: RunningApp, host: str) -> None:
    answer = Stranger(app.url).send_raw(f"GET / HTTP/1.1\r\nHost: {at(app, host)}\r\n\r\n".encode())
    assert answer.split()[1] in (b"400", b"421")


def test_two_hosts_are_refused(stranger: Stranger) -> None:
    answer = stranger.send_raw(f"GET / HTTP/1.1\r\nHost: {stranger.own}\r\nHost: evil.example\r\n\r\n".encode())
    assert answer.split()[1] in (b"400", b"421")


def test_the_socket_refuses_a_rebound_name(app: RunningApp, stranger: Stranger) -> None:
    host = at(app, "evil.example:{port}")
    assert stranger.open_websocket(host, f"http://{host}") == 403
    assert stranger.open_websocket(stranger.own, f"http://{host}") == 403
    assert stranger.open_websocket(stranger.own, "null") == 403
    assert stranger.open_websocket(stranger.own, app.url) == 101


def test_the_loopback_names_are_ours(app: RunningApp, stranger: Stranger) -> None:
    for host in ("localhost:{port}", "127.0.0.1:{port}", "[::1]:{port}", "LOCALHOST:{port}"):
        name = at(app, host)
        assert stranger.request("GET", "/", {"Host": name}).status == 200, name


@pytest.mark.parametrize(
    "origin",
    ["http://evil.example", "null", "http://localhost:3000", "https://127.0.0.1", "file://", "http://127.0.0.1"],
)
def test_a_page_of_another_origin_is_refused(stranger: Stranger, origin: str) -> None:
    for method, path in (("GET", POLLING), ("POST", "/project/action"), ("GET", "/project/settings")):
        assert stranger.request(method, path, {"Origin": origin}, b"{}" if method == "POST" else None).status == 403


def test_a_foreign_page_is_refused_also_where_browsers_send_no_origin(stranger: Stranger) -> None:
    for site in ("cross-site", "same-site"):
        asked = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": "no-cors"}
        assert stranger.request("GET", POLLING, asked).status == 403
    link = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    assert stranger.request("GET", "/", link).status == 200


def test_a_page_without_an_origin_is_named_so(stranger: Stranger) -> None:
    got = stranger.request("GET", POLLING, {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"})
    assert got.text.strip() == plain("door.no_origin", "en")


def test_a_forwarded_host_is_not_believed(stranger: Stranger) -> None:
    forged = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "http", "Origin": "http://evil.example"}
    assert stranger.request("GET", POLLING, forged).status == 403


def test_the_refusal_says_what_to_do_in_the_browsers_language(stranger: Stranger) -> None:
    english = stranger.request("GET", "/", {"Host": "mybox.lan:80"})
    chinese = stranger.request("GET", "/", {"Host": "mybox.lan:80", "Accept-Language": "zh-CN,zh;q=0.9"})
    assert "mybox.lan" in english.text
    assert "FULLSTOP_HOSTS" in english.text
    assert "FULLSTOP_HOSTS" in chinese.text
    assert english.text != chinese.text


def test_the_names_of_a_proxy_are_added(named_app: RunningApp) -> None:
    stranger = Stranger(named_app.url)
    own, https = {"Host": "chat.example.com"}, {"Origin": "https://chat.example.com"}
    stranger.open(own | https).close()
    stranger.open(https).close()  # a proxy that passes on another Host
    stranger.open({"Host": "other.example:8443"}).close()
    assert stranger.request("GET", POLLING, {"Host": "other.example"}).status == 421
    assert stranger.request("GET", POLLING, {"Origin": "https://chat.example.com:444"}).status == 403
    assert stranger.request("GET", "/", {"Host": "evil.example"}).status == 421


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("FULLSTOP_HOSTS", "http://x/"),
        ("FULLSTOP_PROXIES", "proxy.lan"),
        ("FULLSTOP_EMBED_IN", "portal.example"),
        ("FULLSTOP_EMBED_IN", "http://["),
        ("FULLSTOP_EMBED_IN", "https://portal.example/"),
    ],
)
def test_a_malformed_setting_is_named(name: str, value: str) -> None:
    with pytest.raises(BadDoor, match=f"{name}: "):
        read_door_settings({name: value})


def test_a_malformed_setting_ends_the_start_with_a_sentence(start_app: StartApp) -> None:
    with (
        pytest.raises(RuntimeError, match="fullstop: FULLSTOP_HOSTS: ") as ended,
        start_app(FULLSTOP_HOSTS="http://x/"),
    ):
        pass
    assert "Traceback" not in str(ended.value)


@pytest.mark.parametrize("listen", ["2001:DB8::1", "2001:db8:0:0:0:0:0:1"])
def test_an_address_is_ours_however_it_is_written(listen: str) -> None:
    hosts = Hosts(listen)
    assert hosts.allow("[2001:db8::1]:8080")
    assert hosts.allow_origin("http://[2001:db8::1]:8080", "[2001:db8::1]:8080")
    assert not hosts.allow("[2001:db8::2]:8080")


@pytest.mark.parametrize("listen", ["0.0.0.0", "::", "0:0:0:0:0:0:0:0"])
def test_an_app_that_listens_everywhere_accepts_addresses_only(listen: str) -> None:
    hosts = Hosts(listen)
    assert all(hosts.allow(host) for host in ("192.168.1.7:8080", "[fe80::1]:8080", "localhost"))
    assert not any(hosts.allow(host) for host in ("evil.example", "2130706433", "0x7f000001", "127.1", "[::1"))


SECURITY = ("content-security-policy", "x-content-type-options", "referrer-policy", "x-frame-options")


def test_every_response_has_the_security_headers(stranger: Stranger) -> None:
    responses = [
        *(stranger.request("GET", path) for path in (*PATHS, "/nowhere", "/favicon", "/avatars/default", "/logo")),
        stranger.request("POST", "/project/action", body=b"{}"),
        stranger.request("GET", "/", {"Host": "evil.example"}),
        stranger.request("GET", "/ws/socket.io/?EIO=3"),
    ]
    for each in responses:
        assert [name for name in SECURITY if name not in each.headers] == [], each.status
        policy = each.headers["content-security-policy"]
        sources = policy.split("connect-src ")[1].split(";")[0].split()
        assert "*" not in policy
        assert all(source == "'self'" or source.split("://")[1] for source in sources)
        assert "frame-ancestors 'none'" in policy


def test_a_forged_host_does_not_reach_the_policy(stranger: Stranger) -> None:
    got = stranger.request("GET", "/", {"Host": "evil.example"})
    assert "evil" not in got.headers["content-security-policy"]


def test_embedding_can_be_allowed(named_app: RunningApp) -> None:
    got = Stranger(named_app.url).request("GET", "/")
    assert "frame-ancestors https://portal.example" in got.headers["content-security-policy"]
    assert "x-frame-options" not in got.headers
