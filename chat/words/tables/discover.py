"""What was found when a server was asked for the profile of its model, in English and Chinese, side by side."""

DISCOVER_TEXTS: dict[str, tuple[str, str]] = {
    "discover.file": (
        "This profile was made by asking the server. What is not established has no key: the defaults apply. Sampling "
        "is left to the server.",
        "此配置根据服务器返回的信息生成。无法确定的项没有写入，将使用默认值；采样参数由服务器决定。",
    ),
    "saving.saved": ("Saved as `{path}`.", "已保存为 `{path}`。"),
    "saving.replaced": ("Replaced `{path}`.", "已覆盖 `{path}`。"),
    "saving.exists": (
        "This model has the profile `{path}` already, which was not changed.",
        "此模型已有配置 `{path}`，未作改动。",
    ),
    "saving.force": ("--force replaces it.", "使用 --force 可以覆盖。"),
    "saving.no_folder": (
        "The folder `{folder}` does not exist and cannot be made (`{problem}`). Set `FULLSTOP_PROFILES` to a folder of "
        "your own.",
        "文件夹 `{folder}` 不存在，也无法创建（`{problem}`）。请把 `FULLSTOP_PROFILES` 设为你自己的文件夹。",
    ),
    "saving.unwritable": (
        "`{path}` cannot be written (`{problem}`). Set `FULLSTOP_PROFILES` to a folder of your own.",
        "无法写入 `{path}`（`{problem}`）。请把 `FULLSTOP_PROFILES` 设为你有写入权限的文件夹。",
    ),
    "discover.no_model": (
        "The server at {url} does not say which models it serves. Name one.",
        "服务器 {url} 没有列出模型，请指定模型名称。",
    ),
    "discover.not_served": (
        "The server does not serve the model {model}. It serves: {served}.",
        "服务器没有提供模型 {model}。可用的模型：{served}。",
    ),
    "discover.several": (
        "The server serves several models: {served}. The profile is for {model}.",
        "服务器提供多个模型：{served}。此配置针对 {model}。",
    ),
    "discover.family.by_name": (
        "The model's name says {family}. What the server cannot be asked is from: {source}",
        "根据模型名称判断为 {family}。无法从服务器得知的内容取自：{source}",
    ),
    "discover.family.by_prompt": (
        "The chat template is that of {family}. What the server cannot be asked is from: {source}",
        "根据聊天模板判断为 {family}。无法从服务器得知的内容取自：{source}",
    ),
    "discover.family.unknown": (
        "The family of the model is unknown: the profile contains only what the server has shown.",
        "无法判断模型所属的系列：配置只包含服务器给出的信息。",
    ),
    "discover.thinking.none": ("The model answers without a thought.", "模型直接回答，不思考。"),
    "discover.thinking.unknown": (
        "It is unknown whether the model thinks. The profile says nothing about thoughts.",
        "无法判断模型是否思考，配置中没有思考部分。",
    ),
    "discover.markers.shown": (
        "The server has shown the markers of the thought: `{open}` and `{close}`.",
        "服务器给出了思考标记：`{open}` 和 `{close}`。",
    ),
    "discover.markers.of_family": (
        "The markers of the thought are those of {family}: `{open}` and `{close}`. The server has not shown them.",
        "服务器没有给出思考标记，采用 {family} 的标记：`{open}` 和 `{close}`。",
    ),
    "discover.markers.assumed": (
        "The model thinks, but the server has not shown the markers. The usual ones are assumed: `{open}` and "
        "`{close}`.",
        "模型会思考，但服务器没有给出标记，暂用常见的 `{open}` 和 `{close}`。",
    ),
    "discover.opened.yes": (
        "The chat template opens the thought: it writes `{open}` into the prompt.",
        "聊天模板会在提示词末尾写入 `{open}`，思考由模板开启。",
    ),
    "discover.opened.no": (
        "The chat template does not open the thought: the model writes `{open}` itself.",
        "聊天模板不开启思考，由模型自己写出 `{open}`。",
    ),
    "discover.opened.unknown": (
        "It is unknown whether the chat template opens the thought, because the server does not show its prompts.",
        "服务器不提供渲染后的提示词，无法判断聊天模板是否开启思考。",
    ),
    "discover.field.named": ("Thoughts come in the field `{field}`.", "思考内容在 `{field}` 字段中返回。"),
    "discover.field.content": (
        "Thoughts come in the text of the reply, between the markers.",
        "思考内容在回复正文中返回，位于标记之间。",
    ),
    "discover.field.unknown": (
        "It is unknown where thoughts come: a short reply contained none.",
        "一次简短的回复中没有思考内容，无法判断思考从哪里返回。",
    ),
    "discover.switch.default_on": (
        "The model thinks unless `{name}` is off. NO_THINK turns it off.",
        "模型默认思考，可用 `{name}` 关闭。NO_THINK 模式会关闭它。",
    ),
    "discover.switch.default_off": (
        "The model thinks only if `{name}` is on. FULL and THINK_ONLY turn it on, NO_THINK turns it off.",
        "模型默认不思考，需用 `{name}` 开启。FULL 和 THINK_ONLY 会开启它，NO_THINK 会关闭它。",
    ),
    "discover.switch.opens_only": (
        "With `{name}` the chat template opens a thought or not. It is unknown whether the model thinks without it, so "
        "there is no mode NO_THINK.",
        "`{name}` 决定聊天模板是否开启思考。无法判断关闭后模型是否仍会思考，因此没有 NO_THINK 模式。",
    ),
    "discover.switch.none": (
        "The chat template has no switch that turns thinking off.",
        "聊天模板没有关闭思考的开关。",
    ),
    "discover.switch.unknown": (
        "It is unknown whether a switch turns thinking off. There is no mode NO_THINK.",
        "无法判断是否有关闭思考的开关，因此没有 NO_THINK 模式。",
    ),
    "discover.effort.changes_prompt": (
        "`reasoning_effort` changes the prompt.",
        "`reasoning_effort` 会改变提示词。",
    ),
    "discover.system.supported": (
        "The chat template accepts a system message.",
        "聊天模板支持系统消息。",
    ),
    "discover.system.ignored": (
        "The chat template drops a system message. A system prompt is sent with the first question instead.",
        "聊天模板会丢弃系统消息，系统提示词将改为与第一个问题一起发送。",
    ),
    "discover.system.rejected": (
        "The chat template rejects a system message: `{message}`. A system prompt is sent with the first question "
        "instead.",
        "聊天模板不接受系统消息：`{message}`。系统提示词将改为与第一个问题一起发送。",
    ),
    "discover.system.unknown": (
        "It is unknown whether the chat template accepts a system message, because the server does not show its "
        "prompts.",
        "服务器不提供渲染后的提示词，无法判断聊天模板是否支持系统消息。",
    ),
    "discover.system.failed": (
        "The chat template fails, so it is unknown whether it accepts a system message: `{message}`",
        "聊天模板出错，无法判断是否支持系统消息：`{message}`",
    ),
    "discover.system.own": (
        "Without a system message, the chat template adds words of its own: `{words}`",
        "没有系统消息时，聊天模板会自动添加：`{words}`",
    ),
    "discover.past_thoughts.rejected": (
        "The chat template rejects markers of a thought in past answers: `{message}`",
        "聊天模板不接受以往回答中的思考标记：`{message}`",
    ),
    "discover.past_thoughts.kept_field": (
        "The chat template keeps past thoughts that are sent in a field of their own.",
        "以往的思考如果放在单独字段中，聊天模板会保留。",
    ),
    "discover.past_thoughts.kept_content": (
        "The chat template keeps past thoughts that are sent in the answer, between the markers.",
        "以往的思考如果写在回答的标记之间，聊天模板会保留。",
    ),
    "discover.past_thoughts.kept_field_and_content": (
        "The chat template keeps past thoughts, in a field of their own and in the answer.",
        "以往的思考无论放在单独字段还是回答中，聊天模板都会保留。",
    ),
    "discover.past_thoughts.dropped": ("The chat template drops past thoughts.", "聊天模板会去掉以往的思考。"),
    "discover.past_thoughts.unknown": (
        "It is unknown what the chat template does with past thoughts.",
        "无法判断聊天模板如何处理以往的思考。",
    ),
    "discover.stop_tokens.checked": (
        "These tokens end a turn, and each is a single token of the model: `{tokens}`",
        "以下词元会结束一轮，且各为模型的一个词元：`{tokens}`",
    ),
    "discover.stop_tokens.unchecked": (
        "The tokens that end a turn are those of the model's family. The server could not check them: `{tokens}`",
        "以下结束一轮的词元取自模型所属的系列，无法通过服务器核对：`{tokens}`",
    ),
    "discover.stop_tokens.unknown": (
        "The tokens that end a turn are unknown. The turn ends where the server ends it.",
        "无法确定哪些词元会结束一轮，由服务器决定何时结束。",
    ),
    "discover.window.known": (
        "Prompt and reply may have {tokens} tokens together.",
        "提示词和回复合计最多 {tokens} 个词元。",
    ),
    "discover.window.unknown": ("The server does not state its window.", "服务器没有说明上下文窗口的大小。"),
}
