"""What the doctor says of the prompt: the token limit, the chat template, and the messages in it."""

PROMPT_TEXTS: dict[str, tuple[str, str]] = {
    "doctor.max_tokens": ("Token limit", "词元上限"),
    "doctor.max_tokens.fits": (
        "`max_tokens` {limit} fits in the context window of {window}.",
        "`max_tokens` 为 {limit}，未超过上下文窗口 {window}。",
    ),
    "doctor.max_tokens.none": (
        "The profile sets none, so a reply may use all that is left of the context window ({window}).",
        "配置中没有设置，回复可用满上下文窗口（{window}）的剩余空间。",
    ),
    "doctor.max_tokens.no_window": (
        "`max_tokens` is {limit}; the server does not give the size of its context window.",
        "`max_tokens` 为 {limit}；服务器没有提供上下文窗口大小。",
    ),
    "doctor.max_tokens.too_large": (
        "`{key}.max_tokens` is {limit}, more than the context window of {window}: the server rejects every question.",
        "`{key}.max_tokens` 为 {limit}，超过上下文窗口 {window}：服务器会拒绝所有问题。",
    ),
    "doctor.max_tokens.too_large.do": (
        "Set `{key}.max_tokens` to {half}, or start vLLM with `--max-model-len` above {limit}.",
        "请把 `{key}.max_tokens` 设为 {half}，或用大于 {limit} 的 `--max-model-len` 启动 vLLM。",
    ),
    "doctor.max_tokens.too_small": (
        "`{key}.max_tokens` is {limit}: replies in mode `{mode}` are cut off.",
        "`{key}.max_tokens` 为 {limit}：`{mode}` 模式下的回复会被截断。",
    ),
    "doctor.max_tokens.too_small.do": (
        "Set `{key}.max_tokens` to at least {least}; a few thousand is usual.",
        "请把 `{key}.max_tokens` 至少设为 {least}，通常为几千。",
    ),
    "doctor.template": ("Chat template", "聊天模板"),
    "doctor.template.opens": ("Found; it opens the thought in the prompt.", "已找到，会在提示词中预先开启思考。"),
    "doctor.template.plain": ("Found; it does not open the thought in the prompt.", "已找到，不会预先开启思考。"),
    "doctor.template.unknown": ("This server does not show its prompts.", "此服务器不提供完整的提示词。"),
    "doctor.template.none": (
        "The model has no chat template. The server says: `{message}`",
        "模型没有聊天模板。服务器返回：`{message}`",
    ),
    "doctor.template.none.do": (
        "Start vLLM with `--chat-template FILE`, or serve the chat version of the model.",
        "请用 `--chat-template FILE` 启动 vLLM，或改用该模型的对话版。",
    ),
    "doctor.template.limit": (
        "The chat template needs more work than the server allows, even for a short question. It says: `{message}`",
        "即使是简短的问题，聊天模板的计算量也超过了服务器的限制。服务器返回：`{message}`",
    ),
    "doctor.template.limit.do": (
        "Raise `VLLM_CHAT_TEMPLATE_FUEL` or `VLLM_CHAT_TEMPLATE_RENDER_TIMEOUT` in vLLM, or use a simpler template: "
        "`--chat-template FILE`.",
        "请在 vLLM 中调高 `VLLM_CHAT_TEMPLATE_FUEL` 或 `VLLM_CHAT_TEMPLATE_RENDER_TIMEOUT`，或用 "
        "`--chat-template FILE` 换一个更简单的模板。",
    ),
    "doctor.system": ("System message", "系统消息"),
    "doctor.system.supported": ("The template supports one.", "聊天模板支持系统消息。"),
    "doctor.system.unknown": ("This server does not show its prompts.", "此服务器不提供完整的提示词。"),
    "doctor.system.refused_unused": (
        "The template rejects one, but the profile sends none.",
        "聊天模板不接受系统消息，不过配置中没有使用。",
    ),
    "doctor.system.dropped_unused": (
        "The template drops one, but the profile sends none.",
        "聊天模板会丢弃系统消息，不过配置中没有使用。",
    ),
    "doctor.system.refused": (
        "The template rejects a system message, and the profile sends one. The server says: `{message}`",
        "聊天模板不接受系统消息，而配置使用了。服务器返回：`{message}`",
    ),
    "doctor.system.refused.do": (
        "Set `messages.system_role: user`, or remove `messages.system`.",
        "请设置 `messages.system_role: user`，或删除 `messages.system`。",
    ),
    "doctor.system.dropped": ("The template drops the profile's system message.", "聊天模板丢弃了配置中的系统消息。"),
    "doctor.system.dropped.do": (
        "Set `messages.system_role: user`, or remove `messages.system`.",
        "请设置 `messages.system_role: user`，或删除 `messages.system`。",
    ),
    "doctor.system.needed": (
        "The model was trained with a system prompt (`system_needed`), but the profile has none.",
        "模型训练时使用了系统提示词（`system_needed`），但配置里没有。",
    ),
    "doctor.system.needed.do": (
        "Copy the one in the model's README to `messages.system`.",
        "请把模型 README 里的系统提示词写到 `messages.system`。",
    ),
    "doctor.past_thoughts": ("Past thoughts", "以往的思考"),
    "doctor.past_thoughts.kept": ("The template keeps them if they are sent.", "如果发送，聊天模板会保留。"),
    "doctor.past_thoughts.stripped": ("The template drops them.", "聊天模板会将其去掉。"),
    "doctor.past_thoughts.stripped_but_wanted": (
        "The template drops them, so `past_thoughts: keep` has no effect.",
        "聊天模板会将其去掉，因此 `past_thoughts: keep` 不起作用。",
    ),
    "doctor.past_thoughts.kept_in_field": (
        "The template keeps them if they are sent in a field of their own. The page sends them there.",
        "聊天模板会保留放在单独字段中的思考，页面会这样发送。",
    ),
    "doctor.past_thoughts.rejected": (
        "The template rejects a reply with thought markers in its text, so they are never sent there.",
        "聊天模板不接受正文带有思考标记的回复，因此不会这样发送。",
    ),
    "doctor.past_thoughts.rejected_but_wanted": (
        "The template drops them, and rejects thought markers in the text of a reply. "
        "So `past_thoughts: keep` has no effect.",
        "聊天模板会将其去掉，也不接受正文带有思考标记的回复，因此 `past_thoughts: keep` 不起作用。",
    ),
    "doctor.past_thoughts.unknown": ("This server does not show its prompts.", "此服务器不提供完整的提示词。"),
    "doctor.prefix": ("Start of the reply", "回复的开头"),
    "doctor.prefix.opens": (
        "The template leaves `thinking.prefix` as it is.",
        "聊天模板会原样保留 `thinking.prefix`。",
    ),
    "doctor.prefix.not_first": (
        "The template begins the last reply with thought markers of its own, before `thinking.prefix`. "
        "For the model, its thought has ended already.",
        "聊天模板会在 `thinking.prefix` 之前写入自己的思考标记。对模型来说，思考已经结束。",
    ),
    "doctor.prefix.not_first.do": (
        "Remove `thinking.prefix`. If the template opens the thought, set `thinking.opened: true`.",
        "请删除 `thinking.prefix`。如果聊天模板会开启思考，请设置 `thinking.opened: true`。",
    ),
    "doctor.prefix.rejected": (
        "The template rejects a reply that begins with `thinking.prefix`. The server says: `{message}`",
        "聊天模板不接受以 `thinking.prefix` 开头的回复。服务器返回：`{message}`",
    ),
    "doctor.prefix.rejected.do": ("Remove `thinking.prefix`.", "请删除 `thinking.prefix`。"),
}
