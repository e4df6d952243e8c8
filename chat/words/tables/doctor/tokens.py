"""What the doctor says of tokens and of vLLM's own fields."""

TOKEN_TEXTS: dict[str, tuple[str, str]] = {
    "doctor.markers": ("Thought markers", "思考标记"),
    "doctor.markers.single": ("Each is one token: {ids}.", "每个标记各为一个词元：{ids}。"),
    "doctor.markers.pieces": (
        "`{markers}` consists of several tokens; it is still found in the text.",
        "`{markers}` 由多个词元组成，但仍能在文本中识别。",
    ),
    "doctor.markers.unknown": ("The model's tokens are not known.", "无法得知模型的词元。"),
    "doctor.stop_tokens": ("Stop tokens", "停止词元"),
    "doctor.stop_tokens.single": (
        "Each is one token, and none is ordinary text ({ids}).",
        "各为一个词元，都不是普通文本（{ids}）。",
    ),
    "doctor.stop_tokens.none": (
        "The profile has none: the server decides where a reply ends.",
        "配置没有设置，由服务器决定回复在哪里结束。",
    ),
    "doctor.stop_tokens.unknown": (
        "The model's tokens are not known, so none are sent; the page ends the turn at their text.",
        "无法得知模型的词元，因此不发送；页面遇到对应的文本就结束本轮。",
    ),
    "doctor.stop_tokens.no_field": (
        "The server rejects `stop_token_ids`; the page ends the turn at their text.",
        "服务器不支持 `stop_token_ids`；页面遇到对应的文本就结束本轮。",
    ),
    "doctor.stop_tokens.rejected": (
        "The server rejects them. It says: `{message}`",
        "服务器拒绝了停止词元。服务器返回：`{message}`",
    ),
    "doctor.stop_tokens.rejected.do": (
        "Write the tokens as text in the profile's `modes`, as this model spells them.",
        "请在配置的 `modes` 里按该模型的写法，用文本写出停止词元。",
    ),
    "doctor.stop_tokens.pieces": (
        "`{token}` is not one token of `{model}` but several: {pieces}.",
        "`{token}` 在 `{model}` 中不是一个词元，而是多个：{pieces}。",
    ),
    "doctor.stop_tokens.pieces.do": (
        "Correct its spelling in the profile's `modes`, or remove it.",
        "请在配置的 `modes` 里改正写法，或将其删除。",
    ),
    "doctor.stop_tokens.ordinary": (
        "{token} is ordinary text of `{model}`: `{text}`. It would cut answers short.",
        "{token} 在 `{model}` 中是普通文本：`{text}`，会截断回答。",
    ),
    "doctor.stop_tokens.ordinary.do": (
        "Write the token as text in the profile's `modes`, or remove it.",
        "请在配置的 `modes` 里用文本写出该词元，或将其删除。",
    ),
    "doctor.stop_tokens.ordinary_text": (
        "`{token}` is ordinary text of `{model}`. It would cut answers short.",
        "`{token}` 在 `{model}` 中是普通文本，会截断回答。",
    ),
    "doctor.stop_tokens.ordinary_text.do": (
        'Move it to the profile\'s `end.answer`, as `stop("…")`.',
        '请移到配置的 `end.answer`，写成 `stop("…")`。',
    ),
    "doctor.stop_tokens.nothing": ("`{model}` has no token {token}.", "`{model}` 没有编号为 {token} 的词元。"),
    "doctor.stop_tokens.nothing.do": (
        "Write the token as text in the profile's `modes`, or remove it.",
        "请在配置的 `modes` 里用文本写出该词元，或将其删除。",
    ),
    "doctor.thinking_token_budget": ("Thinking budget", "思考预算"),
    "doctor.thinking_token_budget.supported": (
        "The server supports `thinking_token_budget`.",
        "服务器支持 `thinking_token_budget`。",
    ),
    "doctor.thinking_token_budget.refused": (
        "The server rejects `thinking_token_budget`; the profile's own budget still applies. It says: `{message}`",
        "服务器不接受 `thinking_token_budget`；配置自身的预算仍然有效。服务器返回：`{message}`",
    ),
    "doctor.thinking_token_budget.ignored": (
        "The server ignores `thinking_token_budget`; the profile's own budget still applies.",
        "服务器忽略 `thinking_token_budget`；配置自身的预算仍然有效。",
    ),
    "doctor.thinking_token_budget.unknown": ("The server did not answer in time.", "服务器没有及时响应。"),
    "doctor.thinking_token_budget.refused_but_used": (
        "Because of `extra.thinking_token_budget` the server rejects every question. It says: `{message}`",
        "由于 `extra.thinking_token_budget`，服务器会拒绝所有问题。服务器返回：`{message}`",
    ),
    "doctor.thinking_token_budget.refused_but_used.do": (
        "Start vLLM with `--reasoning-parser`, or use `thinking.budget` instead.",
        "请用 `--reasoning-parser` 启动 vLLM，或改用 `thinking.budget`。",
    ),
    "doctor.thinking_token_budget.ignored_but_used": (
        "The server ignores `extra.thinking_token_budget`.",
        "服务器忽略了 `extra.thinking_token_budget`。",
    ),
    "doctor.thinking_token_budget.ignored_but_used.do": (
        "Use `thinking.budget` instead, or update vLLM.",
        "请改用 `thinking.budget`，或升级 vLLM。",
    ),
    "doctor.repetition_detection": ("Repetition", "重复检测"),
    "doctor.repetition_detection.supported": (
        "The server supports `repetition_detection`.",
        "服务器支持 `repetition_detection`。",
    ),
    "doctor.repetition_detection.refused": (
        "The server rejects `repetition_detection`; the page detects loops itself. It says: `{message}`",
        "服务器不接受 `repetition_detection`；页面会自行检测循环。服务器返回：`{message}`",
    ),
    "doctor.repetition_detection.ignored": (
        "The server ignores `repetition_detection`; the page detects loops itself.",
        "服务器忽略 `repetition_detection`；页面会自行检测循环。",
    ),
    "doctor.repetition_detection.unknown": ("The server did not answer in time.", "服务器没有及时响应。"),
    "doctor.repetition_detection.refused_but_used": (
        "Because of `extra.repetition_detection` the server rejects every question. It says: `{message}`",
        "由于 `extra.repetition_detection`，服务器会拒绝所有问题。服务器返回：`{message}`",
    ),
    "doctor.repetition_detection.refused_but_used.do": (
        "Correct it as the server says, or remove it: `end.answer: loop()` detects loops as well.",
        "请按服务器的提示改正，或将其删除：`end.answer: loop()` 同样能检测循环。",
    ),
    "doctor.repetition_detection.ignored_but_used": (
        "The server ignores `extra.repetition_detection`.",
        "服务器忽略了 `extra.repetition_detection`。",
    ),
    "doctor.repetition_detection.ignored_but_used.do": (
        "Remove it, or update vLLM (0.17 or later): `end.answer: loop()` detects loops as well.",
        "请将其删除，或升级 vLLM（0.17 及以上）：`end.answer: loop()` 同样能检测循环。",
    ),
    "doctor.reasoning_effort": ("Reasoning effort", "思考强度"),
    "doctor.reasoning_effort.unknown_level": (
        "vLLM {version} does not know the `reasoning_effort` of these modes: `{modes}`.",
        "vLLM {version} 不支持这些模式的 `reasoning_effort`：`{modes}`。",
    ),
    "doctor.reasoning_effort.unknown_level.do": (
        "Write `low`, `medium` or `high`, or update vLLM to 0.21 or later.",
        "请改为 `low`、`medium` 或 `high`，或把 vLLM 升级到 0.21 或更高版本。",
    ),
}
