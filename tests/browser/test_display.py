"""What the model writes looks as it meant it: the traps of the page's Markdown, long answers, a narrow phone."""

import re

import pytest

from tests.browser.conftest import PHONE
from tests.browser.driver import Chat
from tests.scripted_server import Content, Finish, Reasoning, Role, ScriptedServer, thought_and_answer
from tests.sentences import sentence

TRAPS = r"""Prices: $5 and $6, key:value, 答案:abc, 12:30, std::vector, f:X to Y.

Inline \(a^2+b^2\), $c_1$ and displayed:

\[ \int_0^1 x\,dx = \tfrac12 \]

$$y = 2$$

- item with $x_1$:
  \[ z = 3 \]
- `code:x` and **bold:y**

| a:b | $d$ |
|:---|---:|
| k:v | $7 |

```js
const a = {b:1, c:"$5"} // \(x\) <b>
```

<div>html:x</div> <script>alert(1)</script> ![picture](http://evil.example/x.png) https://example.org/a:b

中文：价格是 $3，公式 \(E=mc^2\)。👩‍🚀🎉
"""
WORD = "averyveryverylongword" * 12
MARKS = "**$a$ [b](c)_ <i>|"
ROW = " | ".join(f"column_{number}" for number in range(14))
WIDE = rf"""{WORD}

| {ROW} |
|{"---|" * 14}
| {ROW} |

\[ {" + ".join(f"x_{{{number}}}^2" for number in range(40))} = 1 \]

```
{"code " * 60}
```
"""


DRAWN = """formula => [...formula.children].map(part => {
  const box = part.getBoundingClientRect();
  return box.width > 2 && box.height > 2;
})"""
LAST_COPY_BUTTON = """() => {
  const icons = [...document.querySelectorAll('[data-step-type=assistant_message] button svg.lucide-copy')];
  icons.map(icon => icon.closest('button')).filter(button => !button.closest('.message-content')).at(-1).click();
}"""


def formulas(chat: Chat, block: str = "assistant_message") -> list[str]:
    """Return what was typeset, as TeX."""
    return chat.page.locator(f"[data-step-type={block}] annotation").all_text_contents()


def test_the_traps_of_the_pages_markdown_are_taken_out(chat: Chat, server: ScriptedServer) -> None:
    server.play(thought_and_answer(TRAPS, TRAPS, chunk=3))
    chat.ask("2 + 2?")
    chat.wait_for(lambda turn: not turn.thoughts[0].open)
    chat.toggle_thought()
    for block in ("assistant_message", "tool"):
        content = chat.page.locator(f"[data-step-type={block}] .message-content").first
        text = content.inner_text()
        assert "Prices: $5 and $6, key:value, 答案:abc, 12:30, std::vector, f:X to Y." in text
        assert formulas(chat, block) == [
            "a^2+b^2", "c_1", r"\int_0^1 x\,dx = \tfrac12", "y = 2", "x_1", "z = 3", "d", "E=mc^2"
        ]  # fmt: skip
        assert content.locator(".katex-display").count() == 3
        assert content.locator("li").all_inner_texts()[1] == "code:x and bold:y"
        assert content.locator("th").first.inner_text() == "a:b"
        assert content.locator("td").all_inner_texts() == ["k:v", "$7"]
        assert r'const a = {b:1, c:"$5"} // \(x\) <b>' in text
        assert "<div>html:x</div> <script>alert(1)</script> !" in text
        assert content.get_by_role("link", name="https://example.org/a:b").get_attribute("href")
        assert re.search(r"中文：价格是 \$3，公式", text)
        assert "👩‍🚀🎉" in text
        assert content.locator("img").count() == 0
    drawn = chat.page.locator("[data-step-type=assistant_message] .katex").first.evaluate(DRAWN)
    assert sorted(drawn) == [False, True]  # a formula is typeset once


def test_a_long_answer_comes_in_blocks_that_read_and_copy_as_one(chat: Chat, server: ScriptedServer) -> None:
    answer = "\n\n".join(
        rf"No {number}: key:value costs $5, \(x_{number}\) **bold** 答案:是" + " word" * 300 for number in "123456"
    )
    server.play(thought_and_answer("Hm.", answer, chunk=40))
    turn = chat.ask("2 + 2?")
    blocks = [block.text for block in turn.blocks if block.kind == "assistant_message" and not block.buttons]
    assert len(blocks) >= 3
    assert re.findall(r"No (\d+):", turn.answer) == list("123456")
    avatars = chat.page.locator("[data-step-type=assistant_message]:not(:has(button[id^=fs-])) .ai-message > span")
    assert [avatar.is_visible() for avatar in avatars.all()].count(True) == 1
    chat.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    chat.page.evaluate(LAST_COPY_BUTTON)
    chat.wait_for(lambda _: chat.page.evaluate("navigator.clipboard.readText()") == answer)


@pytest.mark.parametrize("viewport", [PHONE])
def test_a_phone_never_scrolls_sideways(chat: Chat, server: ScriptedServer) -> None:
    server.play(thought_and_answer(WIDE, WIDE, chunk=20))
    chat.send(WORD)
    chat.wait_idle()
    chat.wait_for(lambda turn: not turn.thoughts[0].open)
    chat.toggle_thought()
    assert chat.page.evaluate("document.documentElement.scrollWidth") <= 390
    outside = """() => [...document.querySelectorAll('[data-step-type]')]
      .filter(step => step.getBoundingClientRect().right > 390).length"""
    assert chat.page.evaluate(outside) == 0
    chat.open_settings()
    assert chat.page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_stop_text_stands_in_the_receipt_as_it_is_written(chat: Chat, server: ScriptedServer) -> None:
    for text, shown in (("\n\nHuman:", r"\n\nHuman:"), ("```", "```"), (MARKS, MARKS)):
        server.play([Role(), Reasoning("Four."), Content("Four."), Finish("stop", text)])
        chat.ask("2 + 2?")
        line = sentence("ending.stop_text", evidence=shown) + " · "
        chat.wait_for(lambda turn, line=line: turn.ending.startswith(line))
        chat.press(sentence("act.details"))
        chat.wait_for(lambda turn, shown=shown: f"Evidence\t{shown}\n" in turn.ending)
