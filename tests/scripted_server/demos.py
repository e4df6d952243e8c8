"""The demo scripts, by a word in the user's message: for screenshots, and for trying the page by hand."""

from collections.abc import Mapping

from tests.scripted_server.scripts import Model, error, tokens
from tests.scripted_server.steps import (
    Answer,
    Content,
    ErrorEvent,
    Finish,
    Hang,
    KeepAlive,
    Pause,
    Reasoning,
    Role,
    Step,
)

THOUGHT = """The person asks for the sum of the first n odd numbers. Let me try small cases first.

For n = 1 the sum is 1. For n = 2 it is 1 + 3 = 4. For n = 3 it is 1 + 3 + 5 = 9.

So it looks like n squared. Can I prove it? Each odd number 2k - 1 is what must be laid around a square with the \
side k - 1 to make the next square. Wait, let me check: k² - (k - 1)² = 2k - 1. Yes.

I should give the formula, the picture of the squares, and a line of Python to check it.
"""

ANSWER = """**The first $n$ odd numbers add up to $n^2$.**

Each odd number is the border that makes the next square:

$$k^2 - (k-1)^2 = 2k - 1$$

so the sum is a telescope:

$$\\sum_{k=1}^{n} (2k-1) = \\sum_{k=1}^{n} \\bigl(k^2 - (k-1)^2\\bigr) = n^2$$

| n | odd numbers | sum |
|---|---|---|
| 1 | 1 | 1 |
| 2 | 1 + 3 | 4 |
| 3 | 1 + 3 + 5 | 9 |

To check it:

```python
assert all(sum(range(1, 2 * n, 2)) == n**2 for n in range(1000))
```
"""

THOUGHT_ZH = """用户想知道前 n 个奇数之和。先试几个小的例子。

n = 1 时和为 1；n = 2 时和为 1 + 3 = 4；n = 3 时和为 1 + 3 + 5 = 9。

看起来是 n 的平方。能证明吗？从边长 k - 1 的正方形到边长 k 的正方形，正好多出 2k - 1 个格子。没错。
"""

ANSWER_ZH = """**前 $n$ 个奇数之和等于 $n^2$。**

每个奇数恰好是下一个正方形的“镶边”：

$$k^2 - (k-1)^2 = 2k - 1$$

逐项相加，中间各项相消，得到 $n^2$。
"""

SENTENCE = "Hmm, but then the second case would be the same as the first, so let me look at the first case again. "


def spoken(text: str, tokens_per_second: float, speak: type[Reasoning] | type[Content]) -> list[Step]:
    return [step for piece in tokens(text) for step in (Pause(1 / tokens_per_second), speak(piece))]


FIRST_WORDS = [Role(), *spoken(THOUGHT, 40, Reasoning), *spoken(ANSWER[:230], 40, Content)]

DEMOS: Mapping[str, Answer] = {
    "loop": [Role(), *spoken(THOUGHT, 60, Reasoning), *spoken(SENTENCE * 40, 60, Reasoning), Finish("length")],
    "repetition": [*FIRST_WORDS, Finish("repetition", "repetition_detected", " n n n")],
    "length": [*FIRST_WORDS, Finish("length")],
    "drop": FIRST_WORDS,
    "error": [*FIRST_WORDS, ErrorEvent()],
    "busy": [error(503, "The server has too many queued requests.", "ServiceUnavailable")],
    "slow": [step for _ in range(60) for step in (Pause(5), KeepAlive())],
    "silent": [*FIRST_WORDS, Hang()],
    "empty": [Role(), Finish("stop")],
    "fast": Model(THOUGHT * 10, ANSWER * 10, tokens_per_second=500),
    "tags": Model(THOUGHT, ANSWER, tokens_per_second=40, markers=("", "</think>")),
    "奇数": Model(THOUGHT_ZH, ANSWER_ZH, tokens_per_second=25),
    "": Model(THOUGHT, ANSWER, tokens_per_second=40),
}
