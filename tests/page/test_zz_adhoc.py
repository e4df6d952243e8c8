"""adhoc"""

import time
import pytest
from tests.page.conftest import PHONE
from tests.scripted_server import *

LONG = "word " * 400


def stop_time(chat):
    t = time.time()
    chat.page.locator("#stop-button").click()
    r = chat.wait_idle()
    return round(time.time() - t, 2), r


def test_modes(chat, server):
    for m in ["[MODE:foo] hello", "[MODE:THINK_ONLY]"]:
        print("#", chat.ask(m))
    server.play(thought_and_answer("hm hm", "fine"))
    print("#", chat.ask("hello [mode:full]"))
    print(server.chats()[-1].body)
    server.play(thought_and_answer("hm hm", "fine again"))
    print("#", chat.ask("second"))
    print(server.chats()[-1].body["messages"])


def test_stop(chat, server):
    server.play([Hang()])
    chat.send("a")
    time.sleep(1)
    print(stop_time(chat))
    r = server.chats()[-1]
    print(r)
    server.play(thought_and_answer(LONG, LONG, tokens_per_second=50))
    chat.send("b")
    time.sleep(1.5)
    print(stop_time(chat))
    print(server.chats()[-1].closed_early)
    server.play(thought_and_answer("x", LONG, tokens_per_second=100))
    chat.send("c")
    time.sleep(1.5)
    print(stop_time(chat))
    print(server.chats()[-1].closed_early)
    server.play(thought_and_answer(LONG, LONG, tokens_per_second=100))
    chat.edit_last("edited")
    time.sleep(1.5)
    print(stop_time(chat))
    print(server.chats()[-1].body["messages"])


def test_faults(chat, server):
    for s in (
        [Role(), Reasoning("th"), Content("par"), Drop()],
        [Role(), Content("par"), Reset()],
        [Status(200, "<html>x</html>")],
        [Status(401, {"error": "Unauthorized"})],
        [Status(503, {"error": {"message": "busy"}})] * 2,
        [Role(), Content("a"), ErrorEvent("boom")],
        [Role(), Content("a"), Raw(b"data: {nope\n\n"), Content("b"), Finish("stop")],
        [Role(), Finish("stop")],
        [Role(), Reasoning("only thought here"), Finish("stop")],
    ):
        for _ in range(2):
            server.play(s)
        print("#", s[:3], chat.ask("q"))
        server.reset()
    print(len(server.chats()))


def test_long(chat, server):
    chat.page.locator("#chat-input").fill("y" * 200000)
    server.play(error(400, "This model's maximum context length is 2048 tokens. However, you requested 50000"))
    server.play(error(400, "This model's maximum context length is 2048 tokens."))
    t = time.time()
    chat.page.locator("#chat-submit").click()
    print(chat.wait_idle(60).errors, time.time() - t)


def test_drop_socket(chat, server):
    server.play(thought_and_answer(LONG, "The end. " * 30, tokens_per_second=150))
    chat.send("b")
    time.sleep(1.5)
    chat.drop_socket()
    time.sleep(1)
    print(chat.turn().blocks[-1].title, chat.is_running())
    chat.wait_connected()
    time.sleep(0.5)
    print(chat.is_running())
    print([(b.title, b.text[:30], len(b.text)) for b in chat.wait_idle(30).blocks])


@pytest.mark.parametrize("viewport", [PHONE])
def test_traps(chat, server):
    A = r"""Prices: $5 and $6, key:value, 答案:abc, 12:30, std::vector and emoji 👩‍🚀🎉.

Inline \(a^2+b^2\) and display:

\[ \int_0^1 x\,dx = \tfrac12 \]

- item with $x_1$:
  \[ y = 2 \]
- `code:x` and **bold:y**

| a:b | $c$ |
|:---|---:|
| k:v | $5 |

```js
const a = {b:1, c:"$5"} // \(x\)
```

<div>html:x</div> ![img](http://evil.example/x.png) https://example.org/a:b

中文：价格是 $3，公式 \(E=mc^2\)。averyveryverylongwordaveryveryverylongwordaveryveryverylongword
"""
    server.play(thought_and_answer(A, A))
    print(chat.ask("x").answer)
    chat.page.evaluate("document.querySelector('[data-step-type=assistant_message]').scrollIntoView()")
    chat.screenshot("/tmp/w/traps.png")
    chat.page.mouse.wheel(0, 600)
    time.sleep(0.5)
    chat.screenshot("/tmp/w/traps2.png")
    chat.toggle_thought()
    time.sleep(0.5)
    chat.page.evaluate("document.querySelector('[data-step-type=tool]').scrollIntoView()")
    chat.screenshot("/tmp/w/traps3.png")
