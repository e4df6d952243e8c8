"""However a turn ends, the receipt says why in the person's language, and nothing spins a second later."""

import re
from typing import get_args

import pytest

from termination import EndingCode
from tests.browser.driver import Chat
from tests.browser.endings import WAYS, Way
from tests.browser.running_app import RunningApp
from tests.scripted_server import ScriptedServer

MAIN = {"Answer now": "立即回答", "Continue": "继续", "Try again": "重试"}
SOON = 1.0  # seconds from the ending until nothing on the page moves any more
PLAYS = 3  # a fault is late each time, a machine that stalls is not
# Notes in the page when Stop was pressed, when the receipt stood there, when nothing span any more, and when a title of
# the new turn changed last, each in milliseconds.
WATCH = """line => {
  const count = () => document.querySelectorAll('[data-step-type=user_message]').length;
  const [before, noted] = [count(), {}];
  let titles = '';
  const look = () => {
    if (count() === before) return;
    const [now, steps] = [performance.now(), [...document.querySelectorAll('[data-step-type]')]];
    const turn = steps.slice(steps.findLastIndex(step => step.dataset.stepType === 'user_message') + 1);
    const shown = turn.map(step => step.querySelector('[id^="step-"]')?.textContent).join();
    if (shown !== titles) [titles, noted.titles] = [shown, now];
    if (document.querySelector('#stop-button, .loading-cursor, .loading-shimmer')) delete noted.idle;
    else noted.idle ??= now;
    const begins = step => step.querySelector('.message-content')?.textContent.trim().startsWith(line);
    if (turn.some(begins)) noted.receipt ??= now;
  };
  const press = ({target}) => target.closest('#stop-button') && (noted.stopped ??= performance.now());
  document.addEventListener('click', press, {capture: true});
  window.fullstop.watching?.disconnect();
  const watching = new MutationObserver(look);
  watching.observe(document, {attributes: true, characterData: true, childList: true, subtree: true});
  Object.assign(window.fullstop, {noted, watching});
}"""
SINCE_RECEIPT = "() => (performance.now() - window.fullstop.noted.receipt) / 1000"


def played(chat: Chat, server: ScriptedServer, way: Way, line: str, patient: bool) -> float:
    """Plays the way to its end; the seconds from the ending until all stood still.

    The ending is Stop where that is pressed, else the receipt. A timer that goes on is seen by the `patient` only.
    """
    chat.page.evaluate(WATCH, line)
    way.play(chat, server)
    assert chat.wait_for(lambda turn: turn.ending).ending.startswith(line)
    if chat.wait_idle().thoughts and patient:
        chat.wait_for(lambda _: chat.page.evaluate(SINCE_RECEIPT) > 2 * SOON + 0.1)
    noted: dict[str, float] = chat.page.evaluate("window.fullstop.noted")
    still = max(noted["receipt"], noted["idle"], noted["titles"])
    return (still - noted["stopped" if way.stop_when else "receipt"]) / 1000


def test_every_code_has_a_way() -> None:
    assert {way.code for way in WAYS} == set(get_args(EndingCode))


@pytest.mark.parametrize("locale", ["en-US", "zh-CN"])
@pytest.mark.parametrize("way", WAYS, ids=[way.name for way in WAYS])
def test_a_turn_ends_for_a_stated_reason(
    chat: Chat, server: ScriptedServer, way: Way, locale: str, app: RunningApp
) -> None:
    chinese = locale == "zh-CN"
    line = way.zh if chinese else way.en
    way.choose(chat)
    late = [played(chat, server, way, line, patient=not chinese)]
    while late[-1] > SOON and len(late) < PLAYS:
        server.reset()
        late.append(played(chat, server, way, line, patient=not chinese))
    assert late[-1] <= SOON, late
    wanted = [MAIN[name] if chinese else name for name in way.buttons]
    known = set(MAIN.values()) if chinese else set(MAIN)
    turn = chat.wait_for(lambda turn: [name for name in turn.buttons if name in known] == wanted)
    assert not any(thought.running for thought in turn.thoughts)
    chat.press("详情" if chinese else "Details")
    chat.wait_for(lambda turn: way.code in turn.ending)
    assert re.search(rf"code='{way.code}'", app.output().rpartition("turn ended: ")[2])
