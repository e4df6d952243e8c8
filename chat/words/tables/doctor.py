"""What the doctor says, in English and Chinese, side by side: what was checked, what was found, what to do."""

DOCTOR_TEXTS: dict[str, tuple[str, str]] = {
    # The server.
    "doctor.reach": ("Server", "服务器"),
    "doctor.reach.reached": ("A server answers at `{url}`.", "`{url}` 有响应。"),
    "doctor.reach.unreachable": ("No server answers at `{url}` ({problem}).", "无法连接 `{url}`（{problem}）。"),
    "doctor.reach.unreachable.do": (
        "Start vLLM there, or set `VLLM_BASE_URL` (or `endpoint.base_url`) to the address where it runs.",
        "请在该地址启动 vLLM，或把 `VLLM_BASE_URL`（或 `endpoint.base_url`）设为它的地址。",
    ),
    "doctor.reach.slow": ("`{url}` did not answer within {seconds} s.", "`{url}` 在 {seconds} 秒内没有响应。"),
    "doctor.reach.slow.do": (
        "Wait until the model is loaded, or check the firewall and the host name.",
        "请等模型加载完成，或检查防火墙和主机名。",
    ),
    "doctor.reach.ourselves": (
        "`{url}` is this page's own address, not a model server.",
        "`{url}` 是本页面自己的地址，不是模型服务器。",
    ),
    "doctor.reach.ourselves.do": (
        "Start one of the two on another port, and set `VLLM_BASE_URL` to vLLM's address, such as "
        "`http://localhost:8001/v1`.",
        "请让两者之一换一个端口，并把 `VLLM_BASE_URL` 设为 vLLM 的地址，例如 `http://localhost:8001/v1`。",
    ),
    "doctor.reach.page": ("`{url}` returns a web page, not a model's reply.", "`{url}` 返回的是网页，不是模型的回复。"),
    "doctor.reach.page.do": (
        "Open the address in a browser: there may be a login page or a proxy in front of the server.",
        "请用浏览器打开该地址：服务器前面可能有登录页或代理。",
    ),
    "doctor.reach.redirect": (
        "`{url}` redirects to `{target}` (status {status}). Fullstop does not follow redirects, so nothing was "
        "sent there.",
        "`{url}` 重定向到 `{target}`（状态码 {status}）。Fullstop 不跟随重定向，没有向该地址发送任何内容。",
    ),
    "doctor.reach.redirect.do": (
        "If that address is yours, set `VLLM_BASE_URL` (or `endpoint.base_url`) to it.",
        "如果那是你的地址，请把 `VLLM_BASE_URL`（或 `endpoint.base_url`）改为该地址。",
    ),
    "doctor.reach.path": (
        "A server answers, but there is no chat endpoint at `{url}`.",
        "服务器有响应，但 `{url}` 没有聊天接口。",
    ),
    "doctor.reach.path.do": ("Set `endpoint.base_url` to `{guess}`.", "请把 `endpoint.base_url` 设为 `{guess}`。"),
    "doctor.key": ("Key", "密钥"),
    "doctor.key.accepted": ("The server accepts the key.", "密钥有效。"),
    "doctor.key.not_needed": ("The server needs no key.", "服务器不需要密钥。"),
    "doctor.key.wrong": ("`{url}` rejects the key.", "`{url}` 拒绝了这个密钥。"),
    "doctor.key.wrong.do": (
        "Set `VLLM_API_KEY` (or `endpoint.api_key`) to a key that vLLM was started with (`--api-key`).",
        "请把 `VLLM_API_KEY`（或 `endpoint.api_key`）设为启动 vLLM 时的密钥（`--api-key`）。",
    ),
    "doctor.key.missing": ("`{url}` needs a key, and none is set.", "`{url}` 需要密钥，但尚未设置。"),
    "doctor.key.missing.do": (
        "Set `VLLM_API_KEY` (or `endpoint.api_key`) to a key that vLLM was started with (`--api-key`).",
        "请把 `VLLM_API_KEY`（或 `endpoint.api_key`）设为启动 vLLM 时的密钥（`--api-key`）。",
    ),
    "doctor.model": ("Model", "模型"),
    "doctor.model.served": ("The server has `{model}`.", "`{model}` 可用。"),
    "doctor.model.replies": (
        "`{model}` replies; the server has no list of models.",
        "`{model}` 有回复；服务器没有提供模型列表。",
    ),
    "doctor.model.any": (
        "The server replies to any model name. Its own names: `{served}`.",
        "服务器接受任何模型名；它自己的模型名为：`{served}`。",
    ),
    "doctor.model.other": (
        "The server does not have `{model}`. It has: `{served}`.",
        "服务器没有 `{model}`，可用的有：`{served}`。",
    ),
    "doctor.model.other.do": (
        "Write one of its names under `model:`, set `VLLM_MODEL`, or start vLLM with `--served-model-name`.",
        "请把其中一个写到 `model:`，或设置 `VLLM_MODEL`，或用 `--served-model-name` 启动 vLLM。",
    ),
    "doctor.version": ("Server version", "服务器版本"),
    "doctor.version.known": ("vLLM {version}.", "vLLM {version}。"),
    "doctor.version.other": (
        "The server identifies itself as `{owner}` and gives no version.",
        "服务器标识为 `{owner}`，没有提供版本号。",
    ),
    "doctor.version.unknown": ("The server gives no version.", "服务器没有提供版本号。"),
    "doctor.reply": ("First reply", "首个回复"),
    "doctor.reply.slow": (
        "No reply within a few seconds: the server is loading or busy. Checks that need a reply were skipped.",
        "几秒内没有回复：服务器正在加载或繁忙。已跳过需要回复的检查项。",
    ),
    "doctor.reply.busy": ("The server is busy. It says: `{message}`", "服务器繁忙。服务器返回：`{message}`"),
    "doctor.reply.busy.do": ("Try again in a moment.", "请稍后再试。"),
    "doctor.reply.too_long": (
        "Even a five-character question is too long together with the prompt. The server says: `{message}`",
        "加上前面的提示词，连五个字符的问题也超出长度限制。服务器返回：`{message}`",
    ),
    "doctor.reply.too_long.do": (
        "Shorten `messages.system`, or start vLLM with a larger `--max-model-len`.",
        "请缩短 `messages.system`，或用更大的 `--max-model-len` 启动 vLLM。",
    ),
    "doctor.reply.body_too_large": (
        "The server rejects even a short question as too large. It says: `{message}`",
        "连简短的问题也被服务器判为请求过大。服务器返回：`{message}`",
    ),
    "doctor.reply.body_too_large.do": (
        "Shorten `messages.system`, or raise the limit: `VLLM_HTTP_MAX_REQUEST_BODY_SIZE` in vLLM, "
        "`client_max_body_size` in nginx.",
        "请缩短 `messages.system`，或调高上限：vLLM 为 `VLLM_HTTP_MAX_REQUEST_BODY_SIZE`，nginx 为 "
        "`client_max_body_size`。",
    ),
    "doctor.reply.paused": (
        "The server is paused, so it gives no reply. It says: `{message}`",
        "服务器已暂停，不会回复。服务器返回：`{message}`",
    ),
    "doctor.reply.paused.do": (
        "Wait until its weights are updated, or resume it: `POST /resume` in vLLM, `POST /wake_up` if it sleeps.",
        "请等模型权重更新完成，或让它恢复：vLLM 为 `POST /resume`，休眠时为 `POST /wake_up`。",
    ),
    "doctor.reply.status": (
        "The server rejected the first question with status {status}. It says: `{message}`",
        "服务器拒绝了首个问题，状态码 {status}。服务器返回：`{message}`",
    ),
    "doctor.reply.status.do": (
        "In the profile, change the field that the server names, often one of `extra` or `sampling`.",
        "请按服务器的提示修改配置，多半是 `extra` 或 `sampling` 里的字段。",
    ),
    "doctor.reply.server_error": (
        "The server reported an error during the reply. It says: `{message}`",
        "服务器在回复时出错。服务器返回：`{message}`",
    ),
    "doctor.reply.server_error.do": (
        "If it names a field, change it in the profile. Otherwise see the server's log.",
        "如果其中提到某个字段，请在配置里修改；否则请查看服务器日志。",
    ),
    "doctor.reply.disconnected": ("The connection was lost before the reply ended.", "回复结束前连接断开。"),
    "doctor.reply.disconnected.do": (
        "See the log of the server, and of any proxy in front of it.",
        "请查看服务器及其前面代理的日志。",
    ),
    "doctor.reply.limit": (
        "The server sent more than Fullstop reads (`{message}`).",
        "服务器发来的内容超过 Fullstop 的读取上限（`{message}`）。",
    ),
    "doctor.reply.limit.do": (
        "If your server needs that much, raise the variable and restart Fullstop. Otherwise check what runs at "
        "its address.",
        "如果确实需要，请调高该变量并重启 Fullstop；否则请检查该地址上运行的是什么服务。",
    ),
    "doctor.reply.encoding": (
        "The reply is compressed (`{encoding}`) in a way that Fullstop cannot read safely.",
        "回复用 `{encoding}` 压缩，Fullstop 无法安全读取。",
    ),
    "doctor.reply.encoding.do": (
        "Turn off compression for this address, in the server or in the proxy in front of it.",
        "请在服务器或它前面的代理中关闭这个地址的压缩。",
    ),
    "doctor.reply.not_http": ("The response is not valid HTTP (`{message}`).", "响应不是有效的 HTTP（`{message}`）。"),
    "doctor.reply.not_http.do": (
        "Check that the address and port belong to a model server.",
        "请检查该地址和端口是不是模型服务器的。",
    ),
    "doctor.reply.ours": (
        "Something went wrong in Fullstop itself (`{problem}`).",
        "Fullstop 自身出错（`{problem}`）。",
    ),
    "doctor.reply.ours.do": ("See Fullstop's log for details.", "详情请查看 Fullstop 的日志。"),
    "doctor.reply.not_json": ("The stream does not follow the chat protocol.", "数据流不符合聊天协议。"),
    "doctor.reply.not_json.do": (
        "Connect to the server directly: a proxy in front of it may change the stream.",
        "请直接连接服务器：前面的代理可能改动了数据流。",
    ),
    # The profile's limits.
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
    # The template.
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
    # Tokens.
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
    # vLLM's own fields.
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
    # Whole replies.
    "doctor.finish": ("End of the stream", "数据流的结束"),
    "doctor.finish.said": (
        "The server gives a reason (`{finish_reason}`).",
        "服务器给出了结束原因（`{finish_reason}`）。",
    ),
    "doctor.finish.no_done": (
        "The server gives a reason, but no `[DONE]` after it; this does no harm.",
        "服务器给出了结束原因，但后面没有 `[DONE]`，不影响使用。",
    ),
    "doctor.finish.only_done": (
        "The stream ends with `[DONE]`, but without a `finish_reason`. Fullstop treats the reply as complete, so it "
        "cannot see if a limit has cut it. Update the server or the gateway.",
        "数据流以 `[DONE]` 结束，但没有 `finish_reason`。Fullstop 会当作正常结束，因此看不出回复是否被上限截断。"
        "请升级服务器或网关。",
    ),
    "doctor.finish.broken": (
        "The server breaks off its response before the end (`{message}`), so every turn looks like a lost connection.",
        "服务器的响应在结束前中断（`{message}`），每一轮都会被当成断线。",
    ),
    "doctor.finish.broken.do": (
        "Connect to the server directly: a proxy may cut the stream. Otherwise see the server's log.",
        "请直接连接服务器：代理可能截断了数据流。否则请查看服务器日志。",
    ),
    "doctor.finish.missing": (
        "The stream ends without a `finish_reason`, so every turn looks like a lost connection.",
        "数据流结束时没有 `finish_reason`，每一轮都会被当成断线。",
    ),
    "doctor.finish.missing.do": (
        "Connect to the server directly: a proxy may cut the stream. If the server itself does it, update the server.",
        "请直接连接服务器：代理可能截断了数据流。如果是服务器本身的问题，请升级服务器。",
    ),
    "doctor.full": ("Mode FULL", "FULL 模式"),
    "doctor.full.ends": (
        "A full reply ends by itself (`{finish_reason}`).",
        "完整回复能正常结束（`{finish_reason}`）。",
    ),
    "doctor.full.unfinished": (
        "The reply to a short question needed more than {tokens} tokens or {seconds} s, so its end was not checked.",
        "简短问题的回复超过了 {tokens} 个词元或 {seconds} 秒，未检查其结尾。",
    ),
    "doctor.full.unanswered": ("A reply ended without an answer.", "有一次回复没有给出回答就结束了。"),
    "doctor.full.condition": (
        "The profile's condition `{condition}` ended a reply.",
        "有一次回复因配置的条件 `{condition}` 而停止。",
    ),
    "doctor.full.broken": (
        "A full reply was cut off. The server says: `{message}`",
        "完整回复中断。服务器返回：`{message}`",
    ),
    "doctor.full.broken.do": ("See the server's log.", "请查看服务器日志。"),
    "doctor.full.overrun": (
        "The model ends its turn with `{token}`, but the server keeps generating: it ignores the stop tokens.",
        "模型已用 `{token}` 结束，服务器却继续生成：停止词元被忽略。",
    ),
    "doctor.full.overrun.do": (
        "Connect to vLLM directly: a gateway in front of it may drop `stop_token_ids`. Let the gateway pass on "
        "unknown fields.",
        "请直接连接 vLLM：前面的网关可能丢弃了 `stop_token_ids`。请让网关转发未知字段。",
    ),
    "doctor.full.overrun_without_ids": (
        "The model ends its turn with `{token}`, but the server keeps generating.",
        "模型已用 `{token}` 结束，服务器却继续生成。",
    ),
    "doctor.full.overrun_without_ids.do": (
        "Set `tokenizer` in the profile, so that the token's id can be sent, or add the id to `eos_token_id` "
        "in the model's `generation_config.json` and restart the server.",
        "请在配置里设置 `tokenizer`，以便发送该词元的编号；或把编号加入模型 `generation_config.json` 的 "
        "`eos_token_id`，并重启服务器。",
    ),
    "doctor.think_only": ("Mode THINK_ONLY", "THINK_ONLY 模式"),
    "doctor.think_only.ends": (
        "The server ends the turn after the thought (`{stop_reason}`).",
        "思考结束时，服务器结束本轮（`{stop_reason}`）。",
    ),
    "doctor.think_only.over": ("The turn ends with the thought.", "思考结束，本轮随之结束。"),
    "doctor.think_only.page": (
        "The server continues with the answer; the page ends the turn after the thought.",
        "服务器会继续回答；页面在思考结束处结束本轮。",
    ),
    "doctor.think_only.no_thought": (
        "The model did not think about a short question.",
        "对于简短的问题，模型没有思考。",
    ),
    "doctor.think_only.unfinished": (
        "The thought did not end within {tokens} tokens or {seconds} s, so its end was not checked.",
        "思考在 {tokens} 个词元或 {seconds} 秒内没有结束，未检查其结尾。",
    ),
    "doctor.think_only.broken": (
        "The reply was cut off. The server says: `{message}`",
        "回复中断。服务器返回：`{message}`",
    ),
    "doctor.think_only.broken.do": ("See the server's log.", "请查看服务器日志。"),
    "doctor.think_only.goes_on": (
        "The server ignores the stop tokens: the answer comes after the end of the thought.",
        "停止词元被忽略：思考结束后，服务器仍继续回答。",
    ),
    "doctor.think_only.goes_on.do": (
        "Connect to vLLM directly: a gateway in front of it may drop `stop_token_ids`. Let the gateway pass on "
        "unknown fields.",
        "请直接连接 vLLM：前面的网关可能丢弃了 `stop_token_ids`。请让网关转发未知字段。",
    ),
    "doctor.thought": ("Thoughts", "思考的位置"),
    "doctor.thought.field": ("They come in a separate field, `{field}`.", "在单独的字段 `{field}` 中。"),
    "doctor.thought.markers": (
        "They come in `content`, between markers (`{open}`).",
        "在 `content` 中，位于标记之间（`{open}`）。",
    ),
    "doctor.thought.opened": ("They come in `content`, up to `{close}`.", "在 `content` 中，到 `{close}` 为止。"),
    "doctor.thought.absent": ("The reply to a short question has none.", "对简短问题的回复中没有思考。"),
    "doctor.thought.none": ("There are none, as the profile expects.", "没有思考，与配置一致。"),
    "doctor.thought.unexpected": (
        "The model thinks (in `{where}`), but the profile does not say so.",
        "模型会思考（在 `{where}` 中），但配置里没有写明。",
    ),
    "doctor.thought.unexpected.do": (
        'Add `thinking: {{open: "<think>", close: "</think>"}}` to the profile, with the model\'s own markers.',
        '请在配置里加上 `thinking: {{open: "<think>", close: "</think>"}}`，并换成该模型的标记。',
    ),
    "doctor.thought.opened_unseen": (
        "The chat template writes `{open}` into the prompt, so the reply starts inside the thought, which is "
        "shown as the answer.",
        "聊天模板把 `{open}` 写进了提示词，回复从思考中间开始，思考会被显示成回答。",
    ),
    "doctor.thought.opened_unseen.do": (
        "Set `thinking.opened: true`, or start vLLM with `--reasoning-parser`.",
        "请设置 `thinking.opened: true`，或用 `--reasoning-parser` 启动 vLLM。",
    ),
    "doctor.flow": ("Streaming", "流式输出"),
    "doctor.flow.flows": (
        "The reply streamed from {begin} s to {end} s after the question.",
        "提问后第 {begin} 秒到第 {end} 秒持续输出。",
    ),
    "doctor.flow.short": (
        "The reply was too short to check ({events} events).",
        "回复太短，无法判断（{events} 个事件）。",
    ),
    "doctor.flow.held_back": (
        "Something buffers the stream: nothing for {begin} s, then {events} events at once. A single token "
        "needs {first} s.",
        "数据流被缓冲：{begin} 秒内没有内容，随后一次到达 {events} 个事件；而单个词元只需 {first} 秒。",
    ),
    "doctor.flow.held_back.do": (
        "Turn off buffering in the proxy in front of the server; in nginx: `proxy_buffering off;`.",
        "请关闭服务器前面代理的缓冲；nginx 中使用 `proxy_buffering off;`。",
    ),
    "doctor.protocol": ("Protocol", "协议"),
    "doctor.protocol.standard": ("The stream follows the chat protocol.", "数据流符合聊天协议。"),
    "doctor.protocol.content_type": (
        "The stream's Content-Type is `{type}`, not `text/event-stream`. Fullstop reads it, but other clients may "
        "not, "
        "and proxies may buffer it. Correct it in the server or the gateway.",
        "数据流的 Content-Type 是 `{type}`，而不是 `text/event-stream`。Fullstop 能读取，但其他客户端可能无法读取，"
        "代理也可能缓冲它。请在服务器或网关中改正。",
    ),
    "doctor.protocol.empty_events": (
        "Events without data: {count}. Fullstop ignores them, but other clients, such as the openai library, fail "
        "there. "
        "They are usually a gateway's keep-alive: let it send comments (`: ping`) instead.",
        "有 {count} 个事件不含数据。Fullstop 会忽略，但 openai 库等其他客户端会因此出错。这通常是网关的保活信号，"
        "请让网关改为发送注释（`: ping`）。",
    ),
    "doctor.protocol.unread_events": (
        "Events that are not JSON: {count}. Fullstop skips them, but other clients fail there, and text may be "
        "missing. "
        "Connect to the server directly to see if a proxy changes the stream.",
        "有 {count} 个事件不是 JSON。Fullstop 会跳过，但其他客户端会因此出错，文本也可能缺失。请直接连接服务器，"
        "看看是不是代理改动了数据流。",
    ),
    "doctor.protocol.early_finish": (
        "A `finish_reason` before the end of the text: {count}. Fullstop keeps the text and waits a moment at the "
        "end of "
        "each reply, but other clients may cut the reply there. Update the server or the gateway.",
        "有 {count} 次在 `finish_reason` 之后仍有文本。Fullstop 会保留这些文本，并在每次回复末尾稍等片刻，"
        "但其他客户端可能在那里截断回复。请升级服务器或网关。",
    ),
    "doctor.protocol.odd_finish": (
        "The reason for the end (`{finish}`) has an unusual spelling or place. Fullstop reads it, but other "
        "clients may "
        "not. Update the server or the gateway.",
        "结束原因（`{finish}`）的写法或位置不合常规。Fullstop 能读取，但其他客户端可能无法识别。请升级服务器或网关。",
    ),
    "doctor.protocol.broken_after": (
        "The connection broke after the reply was complete (`{message}`). Fullstop keeps the reply, but other "
        "clients "
        "may report an error. See the log of the server, and of any proxy in front of it.",
        "回复完成后连接异常中断（`{message}`）。Fullstop 会保留回复，但其他客户端可能报错。"
        "请查看服务器及其前面代理的日志。",
    ),
    "doctor.protocol.left_open": (
        "The server keeps the connection open after `[DONE]`. Fullstop closes it, but other clients may wait. "
        "Check the "
        "server and any proxy in front of it.",
        "服务器在 `[DONE]` 之后没有关闭连接。Fullstop 会自行关闭，但其他客户端可能一直等待。"
        "请检查服务器及其前面的代理。",
    ),
    "doctor.errors": ("Error messages", "错误信息"),
    "doctor.errors.explained": (
        "The server explains an invalid request: `{message}`",
        "服务器会说明请求为什么无效：`{message}`",
    ),
    "doctor.errors.in_stream": (
        "The server reports an invalid request inside a stream with status 200: `{message}` Fullstop shows it, but "
        "clients that check only the status miss it. Let the gateway pass on the server's status.",
        "服务器在状态码为 200 的数据流里报告无效请求：`{message}` Fullstop 会显示，但只检查状态码的客户端会漏掉。"
        "请让网关转发服务器的状态码。",
    ),
    "doctor.errors.mute": (
        "The server rejects an invalid request with status {status} and does not say why. If a request fails, see "
        "the "
        "server's log. Let the gateway pass on the server's own error.",
        "服务器以状态码 {status} 拒绝无效请求，但没有说明原因。请求失败时请查看服务器日志，"
        "并让网关转发服务器的错误信息。",
    ),
    "doctor.errors.ignored": (
        "The server accepts an invalid parameter, so it does not report a mistake in `extra` or `sampling`.",
        "服务器会接受无效的参数，因此不会提示 `extra` 或 `sampling` 里的错误。",
    ),
    "doctor.errors.unknown": ("The server did not answer in time.", "服务器没有及时响应。"),
    "doctor.abort": ("Cancelling", "中途停止"),
    "doctor.abort.aborts": (
        "The model stops {seconds} s after the stream is closed.",
        "关闭连接后 {seconds} 秒，模型停止生成。",
    ),
    "doctor.abort.no_gauge": (
        "This server does not report how many requests are running.",
        "此服务器不提供运行中的请求数。",
    ),
    "doctor.abort.unseen": (
        "The server's count of running requests does not include ours.",
        "运行中的请求数里看不到我们的请求。",
    ),
    "doctor.abort.others": (
        "Other requests are running ({running}); check again when the server is idle.",
        "有 {running} 个其他请求正在运行；请在服务器空闲时再检查。",
    ),
    "doctor.abort.goes_on": (
        "The model continues after the stream is closed, so Stop does not free the server.",
        "关闭连接后模型仍在生成，因此点击“停止”不会释放服务器。",
    ),
    "doctor.abort.goes_on.do": (
        "Connect to vLLM directly: a proxy in front of it may keep the connection open. In nginx: "
        "`proxy_ignore_client_abort off;`. If others were using the server, run the check again.",
        "请直接连接 vLLM：前面的代理可能没有断开连接；nginx 中使用 `proxy_ignore_client_abort off;`。如果当时有"
        "其他人在使用，请再检查一次。",
    ),
    # The report as a whole.
    "doctor.made": ("Profile", "配置"),
    "doctor.made.asked": (
        "There is none for `{model}`. The one that is checked was made by asking the server.",
        "`{model}` 没有现成的配置，以下检查的是向服务器查询后生成的配置。",
    ),
    "doctor.absent": ("Skipped", "未检查"),
    "doctor.absent.left_out": ("{name}: `{model}` is not available at `{url}`.", "{name}：`{url}` 没有 `{model}`。"),
    "doctor.absent.same_model": (
        "{name}: another profile for `{model}`, like {first}. Give its name to check it.",
        "{name}：与 {first} 一样用于 `{model}`；指定名称即可检查。",
    ),
    "doctor.summary": (
        "Problems found: {problems}. Undecided: {unknown}. Checks in all: {checks}.",
        "发现 {problems} 个问题，{unknown} 项无法判断，共检查 {checks} 项。",
    ),
    "doctor.summary_good": (
        "All good. {checks} checks: {problems} problems, {unknown} undecided.",
        "一切正常。共 {checks} 项检查：{problems} 项有问题，{unknown} 项无法判断。",
    ),
    "doctor.line": ("{title}: {found} {fix}", "{title}：{found}{fix}"),
}
