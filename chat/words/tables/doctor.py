"""What the doctor says, in English and Chinese, side by side: what was checked, what was found, what to do."""

DOCTOR_TEXTS: dict[str, tuple[str, str]] = {
    # The server.
    "doctor.reach": ("Server", "服务器"),
    "doctor.reach.reached": ("It answers at `{url}`.", "`{url}` 有应答。"),
    "doctor.reach.unreachable": ("No server answers at `{url}` ({problem}).", "`{url}` 没有服务器应答（{problem}）。"),
    "doctor.reach.unreachable.do": (
        "Start vLLM there, or set `VLLM_BASE_URL` (or `endpoint.base_url`) to the address where it runs.",
        "请在该地址启动 vLLM，或把 `VLLM_BASE_URL`（或 `endpoint.base_url`）设为它的地址。",
    ),
    "doctor.reach.slow": ("Nothing comes from `{url}` within {seconds} s.", "`{url}` 在 {seconds} 秒内没有应答。"),
    "doctor.reach.slow.do": (
        "Wait until the model is loaded, or see whether a firewall or a wrong host stands in the way.",
        "请等模型加载完，或检查防火墙和主机名。",
    ),
    "doctor.reach.ourselves": (
        "`{url}` is this page's own address, not a model server.",
        "`{url}` 是本页面自己的地址，不是模型服务器。",
    ),
    "doctor.reach.ourselves.do": (
        "Start one of the two on another port, and set `VLLM_BASE_URL` to vLLM's, such as `http://localhost:8001/v1`.",
        "请让两者之一换一个端口，并把 `VLLM_BASE_URL` 设为 vLLM 的地址，例如 `http://localhost:8001/v1`。",
    ),
    "doctor.reach.page": ("`{url}` answers with a web page, not with a model.", "`{url}` 返回的是网页，不是模型。"),
    "doctor.reach.page.do": (
        "Open the address in a browser: a login page or a proxy may stand before the server.",
        "请用浏览器打开该地址：服务器前面可能有登录页或代理。",
    ),
    "doctor.reach.redirect": (
        "`{url}` redirects to `{target}` (status {status}). Redirects are not followed, so nothing was sent there.",
        "`{url}` 重定向到 `{target}`（状态码 {status}）。Fullstop 不跟随重定向，没有向该地址发送任何内容。",
    ),
    "doctor.reach.redirect.do": (
        "If that address is yours, set `VLLM_BASE_URL` (or `endpoint.base_url`) to it.",
        "如果那是你的地址，请把 `VLLM_BASE_URL`（或 `endpoint.base_url`）改成它。",
    ),
    "doctor.reach.path": ("There is a server, but no chat at `{url}`.", "有服务器，但 `{url}` 没有聊天接口。"),
    "doctor.reach.path.do": ("Set `endpoint.base_url` to `{guess}`.", "请把 `endpoint.base_url` 设为 `{guess}`。"),
    "doctor.key": ("Key", "密钥"),
    "doctor.key.taken": ("The key is accepted.", "密钥有效。"),
    "doctor.key.not_needed": ("None is asked for.", "不需要密钥。"),
    "doctor.key.wrong": ("`{url}` does not accept the key.", "`{url}` 不接受这个密钥。"),
    "doctor.key.wrong.do": (
        "Set `VLLM_API_KEY` (or `endpoint.api_key`) to a key that vLLM was started with (`--api-key`).",
        "请把 `VLLM_API_KEY`（或 `endpoint.api_key`）设为启动 vLLM 时的密钥（`--api-key`）。",
    ),
    "doctor.key.missing": ("`{url}` asks for a key, and there is none.", "`{url}` 需要密钥，但没有设置。"),
    "doctor.key.missing.do": (
        "Set `VLLM_API_KEY` (or `endpoint.api_key`) to a key that vLLM was started with (`--api-key`).",
        "请把 `VLLM_API_KEY`（或 `endpoint.api_key`）设为启动 vLLM 时的密钥（`--api-key`）。",
    ),
    "doctor.model": ("Model", "模型"),
    "doctor.model.served": ("`{model}` is served.", "`{model}` 可用。"),
    "doctor.model.replies": (
        "`{model}` replies; the server has no list of models.",
        "`{model}` 有应答；服务器没有模型列表。",
    ),
    "doctor.model.any": (
        "The server replies to any name; it calls its models: `{served}`.",
        "服务器接受任何名字；它的模型叫：`{served}`。",
    ),
    "doctor.model.other": ("`{model}` is not served. Served are: `{served}`.", "没有 `{model}`，有的是：`{served}`。"),
    "doctor.model.other.do": (
        "Write one of the served names under `model:`, set `VLLM_MODEL`, or start vLLM with `--served-model-name`.",
        "请把其中一个写到 `model:`，或设置 `VLLM_MODEL`，或用 `--served-model-name` 启动 vLLM。",
    ),
    "doctor.version": ("Server version", "服务器版本"),
    "doctor.version.told": ("vLLM {version}.", "vLLM {version}。"),
    "doctor.version.other": (
        "The server calls itself `{owner}`; it tells no version.",
        "服务器自称 `{owner}`，没有给出版本。",
    ),
    "doctor.version.unknown": ("The server does not tell.", "服务器没有给出。"),
    "doctor.reply": ("First reply", "首个回复"),
    "doctor.reply.slow": (
        "None within some seconds: the server is loading or busy. What needs a reply is not checked.",
        "几秒内没有回复：服务器在加载或正忙。需要回复的项目没有检查。",
    ),
    "doctor.reply.busy": ("The server is busy. It says: `{message}`", "服务器正忙。它说：`{message}`"),
    "doctor.reply.busy.do": ("Try again in a moment.", "请稍后再试。"),
    "doctor.reply.too_long": (
        "A question of five characters is too long with what goes before it. The server says: `{message}`",
        "加上前面的内容，五个字符的问题也太长。服务器说：`{message}`",
    ),
    "doctor.reply.too_long.do": (
        "Shorten `messages.system`, or start vLLM with a larger `--max-model-len`.",
        "请缩短 `messages.system`，或用更大的 `--max-model-len` 启动 vLLM。",
    ),
    "doctor.reply.status": (
        "The server refuses a first question with status {status}. It says: `{message}`",
        "服务器拒绝了首个问题，状态码 {status}。它说：`{message}`",
    ),
    "doctor.reply.status.do": (
        "Change in the profile what the server names, often a field of `extra` or `sampling`.",
        "请按服务器所说修改配置，多半是 `extra` 或 `sampling` 里的字段。",
    ),
    "doctor.reply.server_error": (
        "The server breaks off with an error. It says: `{message}`",
        "服务器出错中断。它说：`{message}`",
    ),
    "doctor.reply.server_error.do": (
        "If it names a field, change that in the profile; else read the server's log.",
        "如果提到某个字段，请修改配置；否则请看服务器日志。",
    ),
    "doctor.reply.disconnected": ("The connection is lost before the reply has ended.", "回复结束前连接就断了。"),
    "doctor.reply.disconnected.do": (
        "Read the server's log, and that of a proxy before it.",
        "请看服务器和它前面代理的日志。",
    ),
    "doctor.reply.limit": (
        "The server sends more than Fullstop reads (`{message}`).",
        "服务器发来的内容超过 Fullstop 的读取上限（`{message}`）。",
    ),
    "doctor.reply.limit.do": (
        "If your server needs that much, raise the variable and restart Fullstop; otherwise check what answers at "
        "its address.",
        "如果确实需要，请调高该变量并重启 Fullstop；否则请检查该地址上运行的是什么服务。",
    ),
    "doctor.reply.encoding": (
        "The reply is compressed (`{encoding}`) in a way that Fullstop cannot read safely.",
        "回复用 `{encoding}` 压缩，Fullstop 无法安全读取。",
    ),
    "doctor.reply.encoding.do": (
        "Turn off compression for this address, in the server or in the proxy before it.",
        "请在服务器或它前面的代理中关闭这个地址的压缩。",
    ),
    "doctor.reply.not_http": ("The response is not valid HTTP (`{message}`).", "响应不是有效的 HTTP（`{message}`）。"),
    "doctor.reply.not_http.do": (
        "Check that address and port are a model server's.",
        "请检查该地址和端口是不是模型服务器的。",
    ),
    "doctor.reply.ours": ("Fullstop itself made a mistake (`{problem}`).", "Fullstop 自身出错（`{problem}`）。"),
    "doctor.reply.ours.do": ("The log says where.", "出错的位置见日志。"),
    "doctor.reply.not_json": ("The stream is not the chat protocol.", "流不符合聊天协议。"),
    "doctor.reply.not_json.do": (
        "Ask the server directly: a proxy before it changes the stream.",
        "请直接连接服务器：前面的代理改动了流。",
    ),
    # The profile's limits.
    "doctor.max_tokens": ("Limit of tokens", "词元上限"),
    "doctor.max_tokens.fits": (
        "`max_tokens` {limit} fits into the window of {window}.",
        "`max_tokens` {limit} 不超过上下文窗口 {window}。",
    ),
    "doctor.max_tokens.none": (
        "The profile sets none: the server gives all the room there is (window {window}).",
        "配置没有设置：由服务器用满剩余空间（上下文窗口 {window}）。",
    ),
    "doctor.max_tokens.no_window": (
        "`max_tokens` is {limit}; the server does not tell its window.",
        "`max_tokens` 为 {limit}；服务器没有给出上下文窗口大小。",
    ),
    "doctor.max_tokens.too_large": (
        "`{key}.max_tokens` is {limit}, more than the window of {window}: every question is refused.",
        "`{key}.max_tokens` 为 {limit}，超过上下文窗口 {window}：所有问题都会被拒绝。",
    ),
    "doctor.max_tokens.too_large.do": (
        "Set `{key}.max_tokens` to {half}, or start vLLM with `--max-model-len` above {limit}.",
        "请把 `{key}.max_tokens` 设为 {half}，或用大于 {limit} 的 `--max-model-len` 启动 vLLM。",
    ),
    "doctor.max_tokens.too_small": (
        "`{key}.max_tokens` is {limit}: in the mode `{mode}` replies are cut off.",
        "`{key}.max_tokens` 为 {limit}：模式 `{mode}` 的回复会被截断。",
    ),
    "doctor.max_tokens.too_small.do": (
        "Set `{key}.max_tokens` to {least} at the very least; some thousands are usual.",
        "请把 `{key}.max_tokens` 至少设为 {least}；通常是几千。",
    ),
    # The template.
    "doctor.template": ("Chat template", "聊天模板"),
    "doctor.template.opens": ("It is there, and opens the thought in the prompt.", "有模板，并在提示词里打开了思考。"),
    "doctor.template.plain": ("It is there, and opens no thought.", "有模板，没有打开思考。"),
    "doctor.template.unknown": ("This server does not show its prompts.", "这个服务器不给看提示词。"),
    "doctor.template.none": (
        "The model has no chat template. The server says: `{message}`",
        "模型没有聊天模板。服务器说：`{message}`",
    ),
    "doctor.template.none.do": (
        "Start vLLM with `--chat-template FILE`, or serve the chat version of the model.",
        "请用 `--chat-template FILE` 启动 vLLM，或换成该模型的对话版。",
    ),
    "doctor.system": ("System message", "系统消息"),
    "doctor.system.taken": ("The template takes one.", "模板接受。"),
    "doctor.system.unknown": ("This server does not show its prompts.", "这个服务器不给看提示词。"),
    "doctor.system.refused_unused": (
        "The template refuses one; the profile sends none.",
        "模板拒绝系统消息；配置没有发送。",
    ),
    "doctor.system.dropped_unused": (
        "The template leaves one out; the profile sends none.",
        "模板会丢掉系统消息；配置没有发送。",
    ),
    "doctor.system.refused": (
        "The template refuses a system message, and the profile sends one. The server says: `{message}`",
        "模板拒绝系统消息，而配置发送了。服务器说：`{message}`",
    ),
    "doctor.system.refused.do": (
        "Set `messages.system_role: user`, or remove `messages.system`.",
        "请设置 `messages.system_role: user`，或删除 `messages.system`。",
    ),
    "doctor.system.dropped": ("The template leaves the profile's system message out.", "模板丢掉了配置的系统消息。"),
    "doctor.system.dropped.do": (
        "Set `messages.system_role: user`, or remove `messages.system`.",
        "请设置 `messages.system_role: user`，或删除 `messages.system`。",
    ),
    "doctor.system.needed": (
        "The model was trained with a system prompt (`system_needed`), and the profile has none.",
        "模型训练时用了系统提示词（`system_needed`），而配置里没有。",
    ),
    "doctor.system.needed.do": (
        "Write the one from the model's README under `messages.system`.",
        "请把模型 README 里的系统提示词写到 `messages.system`。",
    ),
    "doctor.past_thoughts": ("Past thoughts", "过去的思考"),
    "doctor.past_thoughts.kept": ("The template keeps them where they are sent.", "发送的话，模板会保留。"),
    "doctor.past_thoughts.stripped": ("The template leaves them out.", "模板会去掉。"),
    "doctor.past_thoughts.stripped_but_wanted": (
        "The template leaves them out, so `past_thoughts: keep` changes nothing.",
        "模板会去掉，所以 `past_thoughts: keep` 不起作用。",
    ),
    "doctor.past_thoughts.unknown": ("This server does not show its prompts.", "这个服务器不给看提示词。"),
    # Tokens.
    "doctor.markers": ("Markers", "思考标记"),
    "doctor.markers.single": ("Each is one token: {ids}.", "各是一个词元：{ids}。"),
    "doctor.markers.pieces": (
        "`{markers}` is made of several tokens; it is found in the text all the same.",
        "`{markers}` 由几个词元组成；在文本里仍能找到。",
    ),
    "doctor.markers.unknown": ("Nobody here knows the model's tokens.", "无法得知模型的词元。"),
    "doctor.stop_tokens": ("Stop tokens", "停止词元"),
    "doctor.stop_tokens.single": (
        "Each is one token, and none is ordinary text ({ids}).",
        "各是一个词元，都不是普通文本（{ids}）。",
    ),
    "doctor.stop_tokens.none": (
        "The profile has none: the server's own ends hold.",
        "配置没有设置：由服务器自己决定结束。",
    ),
    "doctor.stop_tokens.unknown": (
        "Nobody here knows the model's tokens, so none are sent; the page ends the turn at their texts.",
        "无法得知模型的词元，所以不发送；页面遇到它们的文本就结束。",
    ),
    "doctor.stop_tokens.no_field": (
        "The server refuses `stop_token_ids`; the page ends the turn at their texts.",
        "服务器不接受 `stop_token_ids`；页面遇到它们的文本就结束。",
    ),
    "doctor.stop_tokens.not_taken": (
        "The server refuses them. It says: `{message}`",
        "服务器拒绝了它们。它说：`{message}`",
    ),
    "doctor.stop_tokens.not_taken.do": (
        "Write the tokens as text in the profile's `modes`, as this model spells them.",
        "请在配置的 `modes` 里按这个模型的写法用文本写出词元。",
    ),
    "doctor.stop_tokens.pieces": (
        "`{token}` is not one token of `{model}` but several: {pieces}.",
        "`{token}` 不是 `{model}` 的一个词元，而是几个：{pieces}。",
    ),
    "doctor.stop_tokens.pieces.do": (
        "Correct its spelling in the profile's `modes`, or remove it.",
        "请在配置的 `modes` 里改正写法，或删除。",
    ),
    "doctor.stop_tokens.ordinary": (
        "{token} is ordinary text of `{model}`: `{text}`. It would cut answers in half.",
        "{token} 在 `{model}` 中是普通文本：`{text}`，会把回答截断。",
    ),
    "doctor.stop_tokens.ordinary.do": (
        "Write the token as text in the profile's `modes`, or remove it.",
        "请在配置的 `modes` 里用文本写出词元，或删除。",
    ),
    "doctor.stop_tokens.ordinary_text": (
        "`{token}` is ordinary text of `{model}`. It would cut answers in half.",
        "`{token}` 是 `{model}` 的普通文本，会把回答截断。",
    ),
    "doctor.stop_tokens.ordinary_text.do": (
        'Move it to the profile\'s `end.answer`, as `stop("…")`.',
        '请移到配置的 `end.answer`，写成 `stop("…")`。',
    ),
    "doctor.stop_tokens.nothing": ("`{model}` has no token {token}.", "`{model}` 没有编号为 {token} 的词元。"),
    "doctor.stop_tokens.nothing.do": (
        "Write the token as text in the profile's `modes`, or remove it.",
        "请在配置的 `modes` 里用文本写出词元，或删除。",
    ),
    # vLLM's own fields.
    "doctor.thinking_token_budget": ("Thinking budget", "思考预算"),
    "doctor.thinking_token_budget.taken": (
        "The server has `thinking_token_budget`.",
        "服务器支持 `thinking_token_budget`。",
    ),
    "doctor.thinking_token_budget.refused": (
        "The server refuses `thinking_token_budget`; the profile's own budget holds all the same. It says: `{message}`",
        "服务器拒绝 `thinking_token_budget`；配置自己的预算仍然有效。它说：`{message}`",
    ),
    "doctor.thinking_token_budget.ignored": (
        "The server does not know `thinking_token_budget`; the profile's own budget holds all the same.",
        "服务器不认识 `thinking_token_budget`；配置自己的预算仍然有效。",
    ),
    "doctor.thinking_token_budget.unknown": ("No answer in time.", "没有及时回答。"),
    "doctor.thinking_token_budget.refused_but_used": (
        "`extra.thinking_token_budget` makes the server refuse every question. It says: `{message}`",
        "`extra.thinking_token_budget` 使服务器拒绝所有问题。它说：`{message}`",
    ),
    "doctor.thinking_token_budget.refused_but_used.do": (
        "Start vLLM with `--reasoning-parser`, or write `thinking.budget` instead of it.",
        "请用 `--reasoning-parser` 启动 vLLM，或改用 `thinking.budget`。",
    ),
    "doctor.thinking_token_budget.ignored_but_used": (
        "The server ignores `extra.thinking_token_budget`.",
        "服务器忽略了 `extra.thinking_token_budget`。",
    ),
    "doctor.thinking_token_budget.ignored_but_used.do": (
        "Write `thinking.budget` instead of it, or update vLLM.",
        "请改用 `thinking.budget`，或升级 vLLM。",
    ),
    "doctor.repetition_detection": ("Repetition", "重复检测"),
    "doctor.repetition_detection.taken": (
        "The server has `repetition_detection`.",
        "服务器支持 `repetition_detection`。",
    ),
    "doctor.repetition_detection.refused": (
        "The server refuses `repetition_detection`; the page sees loops itself. It says: `{message}`",
        "服务器拒绝 `repetition_detection`；页面自己会发现循环。它说：`{message}`",
    ),
    "doctor.repetition_detection.ignored": (
        "The server does not know `repetition_detection`; the page sees loops itself.",
        "服务器不认识 `repetition_detection`；页面自己会发现循环。",
    ),
    "doctor.repetition_detection.unknown": ("No answer in time.", "没有及时回答。"),
    "doctor.repetition_detection.refused_but_used": (
        "`extra.repetition_detection` makes the server refuse every question. It says: `{message}`",
        "`extra.repetition_detection` 使服务器拒绝所有问题。它说：`{message}`",
    ),
    "doctor.repetition_detection.refused_but_used.do": (
        "Correct it as the server says, or remove it: `end.answer: loop()` sees loops as well.",
        "请按服务器所说改正，或删除：`end.answer: loop()` 也能发现循环。",
    ),
    "doctor.repetition_detection.ignored_but_used": (
        "The server ignores `extra.repetition_detection`.",
        "服务器忽略了 `extra.repetition_detection`。",
    ),
    "doctor.repetition_detection.ignored_but_used.do": (
        "Remove it, or update vLLM (0.17 or later): `end.answer: loop()` sees loops as well.",
        "请删除，或升级 vLLM（0.17 及以上）：`end.answer: loop()` 也能发现循环。",
    ),
    # Whole replies.
    "doctor.finish": ("End of the stream", "流的结束"),
    "doctor.finish.said": ("The server says why (`{finish_reason}`).", "服务器说明了原因（`{finish_reason}`）。"),
    "doctor.finish.no_done": (
        "The server says why, without `[DONE]` after it; that does no harm.",
        "服务器说明了原因，但后面没有 `[DONE]`；没有影响。",
    ),
    "doctor.finish.missing": (
        "The stream ends without a `finish_reason`: every turn looks like a lost connection.",
        "流结束时没有 `finish_reason`：每一轮都像断线。",
    ),
    "doctor.finish.missing.do": (
        "Ask the server directly: a proxy may cut the stream. If it is the server itself, update it.",
        "请直接连接服务器：代理可能截断了流。如果是服务器本身，请升级。",
    ),
    "doctor.full": ("Mode FULL", "FULL 模式"),
    "doctor.full.ends": (
        "A whole reply ends by itself (`{finish_reason}`).",
        "完整回复会自行结束（`{finish_reason}`）。",
    ),
    "doctor.full.unfinished": (
        "A short question took more than {tokens} tokens or {seconds} s; its end is not checked.",
        "简短的问题超过了 {tokens} 个词元或 {seconds} 秒；没有检查结尾。",
    ),
    "doctor.full.unanswered": ("A reply ended without an answer.", "有一个回复没有回答就结束了。"),
    "doctor.full.condition": (
        "A reply was ended by the profile's condition `{condition}`.",
        "有一个回复被配置的条件 `{condition}` 结束。",
    ),
    "doctor.full.broken": (
        "A whole reply breaks off. The server says: `{message}`",
        "完整回复中断。服务器说：`{message}`",
    ),
    "doctor.full.broken.do": ("Read the server's log.", "请看服务器日志。"),
    "doctor.full.overrun": (
        "The model ends its turn with `{token}`, and the server goes on: the stop tokens are ignored.",
        "模型已用 `{token}` 结束，服务器却继续生成：停止词元被忽略。",
    ),
    "doctor.full.overrun.do": (
        "Ask vLLM directly: a gateway before it drops `stop_token_ids`. Let it pass unknown fields on.",
        "请直接连接 vLLM：前面的网关丢掉了 `stop_token_ids`。请让它转发未知字段。",
    ),
    "doctor.full.overrun_without_ids": (
        "The model ends its turn with `{token}`, and the server goes on generating.",
        "模型已用 `{token}` 结束，服务器却继续生成。",
    ),
    "doctor.full.overrun_without_ids.do": (
        "Name a `tokenizer` in the profile, so that the token's id can be sent, or add the id to `eos_token_id` of the "
        "model's `generation_config.json` and restart the server.",
        "请在配置里写上 `tokenizer`，以便发送该词元的编号；或把编号加入模型 `generation_config.json` 的 `eos_token_id` "
        "并重启服务器。",
    ),
    "doctor.think_only": ("Mode THINK_ONLY", "THINK_ONLY 模式"),
    "doctor.think_only.ends": (
        "The server ends the turn where the thought ends (`{stop_reason}`).",
        "思考结束时服务器就结束（`{stop_reason}`）。",
    ),
    "doctor.think_only.over": ("The turn ends with the thought.", "思考结束，回复就结束。"),
    "doctor.think_only.page": (
        "The server goes on to the answer; the page ends the turn where the thought ends.",
        "服务器会继续回答；页面在思考结束处结束。",
    ),
    "doctor.think_only.no_thought": ("The model did not think about a short question.", "对简短的问题，模型没有思考。"),
    "doctor.think_only.unfinished": (
        "The thought did not end within {tokens} tokens or {seconds} s; its end is not checked.",
        "思考没有在 {tokens} 个词元或 {seconds} 秒内结束；没有检查结尾。",
    ),
    "doctor.think_only.broken": (
        "The reply breaks off. The server says: `{message}`",
        "回复中断。服务器说：`{message}`",
    ),
    "doctor.think_only.broken.do": ("Read the server's log.", "请看服务器日志。"),
    "doctor.think_only.goes_on": (
        "The stop tokens are ignored: the answer comes after the thought's end.",
        "停止词元被忽略：思考结束后回答仍然到来。",
    ),
    "doctor.think_only.goes_on.do": (
        "Ask vLLM directly: a gateway before it drops `stop_token_ids`. Let it pass unknown fields on.",
        "请直接连接 vLLM：前面的网关丢掉了 `stop_token_ids`。请让它转发未知字段。",
    ),
    "doctor.thought": ("Thoughts", "思考的位置"),
    "doctor.thought.field": ("They come in a field of their own, `{field}`.", "在单独的字段 `{field}` 里。"),
    "doctor.thought.markers": (
        "They come in `content`, between markers (`{open}`).",
        "在 `content` 里，位于标记之间（`{open}`）。",
    ),
    "doctor.thought.opened": ("They come in `content`, up to `{close}`.", "在 `content` 里，到 `{close}` 为止。"),
    "doctor.thought.absent": ("There is none in the reply to a short question.", "对简短问题的回复里没有思考。"),
    "doctor.thought.none": ("There are none, as the profile says.", "没有思考，与配置一致。"),
    "doctor.thought.unexpected": (
        "The model thinks (in `{where}`), and the profile does not say so.",
        "模型会思考（在 `{where}` 里），而配置没有写。",
    ),
    "doctor.thought.unexpected.do": (
        'Add `thinking: {{open: "<think>", close: "</think>"}}` to the profile, with the model\'s own markers.',
        '请在配置里加上 `thinking: {{open: "<think>", close: "</think>"}}`，用模型自己的标记。',
    ),
    "doctor.thought.opened_unseen": (
        "The chat template writes `{open}` into the prompt, so the reply begins within the thought: it is shown as the "
        "answer.",
        "聊天模板把 `{open}` 写进了提示词，回复从思考中间开始，会被当成回答显示。",
    ),
    "doctor.thought.opened_unseen.do": (
        "Set `thinking.opened: true`, or start vLLM with `--reasoning-parser`.",
        "请设置 `thinking.opened: true`，或用 `--reasoning-parser` 启动 vLLM。",
    ),
    "doctor.flow": ("Flow of the stream", "流的传送"),
    "doctor.flow.flows": ("From {begin} s to {end} s after the question.", "提问后 {begin} 秒到 {end} 秒。"),
    "doctor.flow.short": (
        "The reply is too short to tell ({events} events).",
        "回复太短，无法判断（{events} 个事件）。",
    ),
    "doctor.flow.held_back": (
        "Something holds the stream back: nothing for {begin} s, then {events} events at once; a single token takes "
        "{first} s.",
        "有东西拦住了流：{begin} 秒内什么也没有，然后一次来了 {events} 个事件；单个词元只要 {first} 秒。",
    ),
    "doctor.flow.held_back.do": (
        "Switch buffering off in the proxy before the server, in nginx `proxy_buffering off;`.",
        "请关闭服务器前面代理的缓冲，nginx 用 `proxy_buffering off;`。",
    ),
    "doctor.abort": ("Leaving early", "提前离开"),
    "doctor.abort.aborts": ("A closed stream stops the model after {seconds} s.", "关闭流后 {seconds} 秒模型就停止。"),
    "doctor.abort.no_gauge": ("This server has no gauge of running requests.", "这个服务器没有运行请求数的指标。"),
    "doctor.abort.unseen": (
        "The gauge of running requests does not show our own request.",
        "运行请求数的指标里看不到我们的请求。",
    ),
    "doctor.abort.others": (
        "{running} other requests are running; try when the server is idle.",
        "有 {running} 个其他请求在运行；请在服务器空闲时再试。",
    ),
    "doctor.abort.goes_on": (
        "The model goes on after the stream is closed: Stop does not free the server.",
        "关闭流后模型继续生成：“停止”不会释放服务器。",
    ),
    "doctor.abort.goes_on.do": (
        "Ask vLLM directly: a proxy before it keeps the connection open. In nginx `proxy_ignore_client_abort off;`. "
        "If somebody else asked in that moment, run the doctor again.",
        "请直接连接 vLLM：前面的代理没有断开连接。nginx 用 `proxy_ignore_client_abort off;`。"
        "如果当时恰好有别人提问，请再运行一次。",
    ),
    # The report as a whole.
    "doctor.absent": ("Left out", "未检查"),
    "doctor.absent.left_out": ("{name}: `{model}` is not served at `{url}`.", "{name}：`{url}` 没有 `{model}`。"),
    "doctor.absent.same_model": (
        "{name}: another profile for `{model}`, as {first} is; name it to have it examined.",
        "{name}：和 {first} 一样用于 `{model}`；写上名字就会检查。",
    ),
    "doctor.summary": (
        "{checks} checks: {problems} to mend, {unknown} not told by the server.",
        "共 {checks} 项：{problems} 项要修复，{unknown} 项服务器无法告知。",
    ),
    "doctor.summary_good": (
        "All is well. {checks} checks: {problems} to mend, {unknown} not told by the server.",
        "一切正常。共 {checks} 项：{problems} 项要修复，{unknown} 项服务器无法告知。",
    ),
    "doctor.line": ("{title}: {found} {fix}", "{title}：{found}{fix}"),
}
