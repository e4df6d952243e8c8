"""While a server is asked for a profile, the page is there, and a question waits no longer than its limit."""

from collections.abc import Iterator

import pytest

from chat.discover.questions import QUESTION
from tests.browser.running_app import RunningApp, copy_of_the_house, running_app
from tests.client.driver import Background, Client
from tests.scripted_server import Content, Hold, ScriptedServer, thought_and_answer

LONG_SECONDS = "600"


@pytest.fixture(scope="module")
def model_server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as server:
        yield server


@pytest.fixture(scope="module")
def page(model_server: ScriptedServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    """Yield an app with one server and no chosen profile, which waits very long for a short reply."""
    root = copy_of_the_house(tmp_path_factory.mktemp("asking") / "house")
    waits = {"FULLSTOP_DOCTOR_REPLY_SECONDS": LONG_SECONDS}
    with running_app(root, model_server.base_url, FULLSTOP_PROFILE="", **waits) as app:
        yield app


@pytest.fixture
def held(model_server: ScriptedServer, request: pytest.FixtureRequest) -> Iterator[Hold]:
    """Serve a new model, and hold its short reply until the test is over; other questions are answered."""
    model_server.reset()
    model_server.serves = [request.node.name]
    held = Hold()
    model_server.by_message({QUESTION: [held, Content("Two.")], "": thought_and_answer("Hm.", "Four.")})
    yield held
    held.release()


@pytest.fixture
def tab(page: RunningApp, held: Hold, background: Background) -> Iterator[Client]:
    """Yield a tab of which the panel is shown while the server is asked."""
    client = Client(page.url, background).open()
    assert held.reached.wait(60)
    yield client
    client.close()


def test_a_question_waits_for_asking_no_longer_than_its_first_token_limit(tab: Client) -> None:
    tab.change(first_token="0.5s")
    turn = tab.ask("2 + 2?")
    assert turn.answer == "Four."
    assert [each.text for each in turn.thoughts] == ["Hm."]


def test_stop_ends_the_wait_for_asking_and_says_so(tab: Client) -> None:
    tab.send("2 + 2?")
    tab.wait_for(lambda _: tab.widget("fullstopRun"))  # the message has arrived
    tab.stop()
    tab.wait_for(lambda _: not tab.is_running())
    assert tab.turn().answer == ""
    tab.wait_text("Stopped before the question was sent")
    tab.change(first_token="0.5s")
    tab.edit_last("2 + 2?")
    assert tab.wait_idle().answer == "Four."
