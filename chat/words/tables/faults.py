"""The sentences about what goes wrong with a server, in English and Chinese, side by side."""

FAULT_TEXTS: dict[str, tuple[str, str]] = {
    "fault.unreachable": (
        "No server answers at `{url}`. Start vLLM there, or set `VLLM_BASE_URL` to the address where it runs. "
        "Without `VLLM_BASE_URL`, `make chat` starts a small model on this machine.",
        "无法连接 `{url}`。请在该地址启动 vLLM，或把 `VLLM_BASE_URL` 设为它的地址。不设 `VLLM_BASE_URL` 时，"
        "`make chat` 会在本机启动一个小模型。",
    ),
    "fault.key": (
        "The server at `{url}` rejects the key. Set `VLLM_API_KEY` (or `endpoint.api_key` in the profile) to "
        "one of the keys that vLLM was started with. The server says: `{message}`",
        "`{url}` 的服务器拒绝了这个密钥。请把 `VLLM_API_KEY`（或配置里的 `endpoint.api_key`）设为启动 vLLM 时的密钥。"
        "服务器返回：`{message}`",
    ),
    "fault.model": (
        "The server at `{url}` does not have the model `{model}`. It has: `{served}`. Write one of these names "
        "under `model:` in the profile, set `VLLM_MODEL`, or choose another profile in the settings.",
        "`{url}` 的服务器没有模型 `{model}`，可用的有：`{served}`。请把其中一个写到配置的 `model:`，或设置 "
        "`VLLM_MODEL`，或在设置里换一个配置。",
    ),
    "fault.path": (
        "A server answers at `{url}`, but there is no chat endpoint. The address usually ends in `/v1`: try `{guess}`. "
        "The server says: `{message}`",
        "`{url}` 有响应，但没有聊天接口。地址通常以 `/v1` 结尾，请试试 `{guess}`。服务器返回：`{message}`",
    ),
    "fault.ourselves": (
        "`{url}` is this page's own address, not a model server. Set `VLLM_BASE_URL` to the address where vLLM runs, "
        "usually `http://localhost:8000/v1`.",
        "`{url}` 是本页面自己的地址，不是模型服务器。请把 `VLLM_BASE_URL` 设为 vLLM 的地址，通常是 "
        "`http://localhost:8000/v1`。",
    ),
    "fault.not_chat": (
        "`{url}` answers with something other than a chat reply (status {status}, type `{type}`). It begins: "
        "`{words}`. There may be a proxy or a login page in front of the server: open the address in a "
        "browser to check.",
        "`{url}` 返回的不是聊天回复（状态码 {status}，类型 `{type}`），开头为：`{words}`。"
        "服务器前面可能有代理或登录页，请用浏览器打开该地址查看。",
    ),
    "fault.empty": (
        "The server at `{url}` closed the connection without a word (status {status}, type `{type}`). Try again; if "
        "that does not help, see the log of the server and of any proxy in front of it.",
        "`{url}` 的服务器没有发来任何内容就关闭了连接（状态码 {status}，类型 `{type}`）。请重试；"
        "如果仍然如此，请查看服务器和它前面代理的日志。",
    ),
    "fault.too_long": (
        "The chat is too long for this model. Shorten the message or start a new chat. The server says: `{message}`",
        "对话超出了此模型的长度限制。请缩短消息或新建对话。服务器返回：`{message}`",
    ),
    "fault.body_too_large": (
        "The request is too large for the server at `{url}`. Shorten the message or start a new chat. If the server is "
        "yours, raise its limit: `VLLM_HTTP_MAX_REQUEST_BODY_SIZE` in vLLM, `client_max_body_size` in nginx. The "
        "server says: `{message}`",
        "请求太大，超过了 `{url}` 服务器的上限。请缩短消息或新建对话。如果服务器由你管理，请调高上限：vLLM 为 "
        "`VLLM_HTTP_MAX_REQUEST_BODY_SIZE`，nginx 为 `client_max_body_size`。服务器返回：`{message}`",
    ),
    "fault.template_limit": (
        "The chat template needs more work than the server at `{url}` allows. Shorten the message or start a new chat. "
        "If the server is yours, raise `VLLM_CHAT_TEMPLATE_FUEL` or `VLLM_CHAT_TEMPLATE_RENDER_TIMEOUT` in vLLM. The "
        "server says: `{message}`",
        "聊天模板的计算量超过了 `{url}` 服务器的限制。请缩短消息或新建对话。如果服务器由你管理，请在 vLLM 中调高 "
        "`VLLM_CHAT_TEMPLATE_FUEL` 或 `VLLM_CHAT_TEMPLATE_RENDER_TIMEOUT`。服务器返回：`{message}`",
    ),
    "fault.paused": (
        "The server at `{url}` is paused, usually while its weights are updated. Try again when it has resumed. To "
        "resume vLLM: `POST /resume`, or `POST /wake_up` if it sleeps. The server says: `{message}`",
        "`{url}` 的服务器已暂停，通常是正在更新模型权重。请在它恢复后重试。恢复 vLLM 的方法：`POST /resume`；"
        "如果处于休眠状态，则用 `POST /wake_up`。服务器返回：`{message}`",
    ),
    "server.paused": (
        "The server says that it is paused, so no reply came. Try again when it has resumed. To resume vLLM: "
        "`POST /resume`, or `POST /wake_up` if it sleeps.",
        "服务器处于暂停状态，因此没有回复。请在它恢复后重试。恢复 vLLM 的方法：`POST /resume`；如果处于休眠状态，"
        "则用 `POST /wake_up`。",
    ),
    "fault.window_full": (
        "The chat and the reply so far fill this model's context window ({used} of {window} tokens). Shorten the "
        "message or start a new chat.",
        "对话和已有的回复占满了此模型的上下文窗口（{window} 个词元中的 {used} 个）。请缩短消息或新建对话。",
    ),
    "fault.max_tokens": (
        "The token limit is larger than this server's context window. Lower “Max tokens” in the settings, or "
        "`sampling.max_tokens` in the profile. The server says: `{message}`",
        "词元上限超过了此服务器的上下文窗口。请在设置里调低“词元上限”，或修改配置的 `sampling.max_tokens`。服务"
        "器返回：`{message}`",
    ),
    "fault.stop_token_pieces": (
        "The stop token `{token}` is not one token of `{model}` but several: {pieces}. Nothing was sent. "
        "Correct it in the profile's `modes`, or remove it.",
        "停止词元 `{token}` 在 `{model}` 中不是一个词元，而是多个：{pieces}。没有发送任何内容。请在配置的 "
        "`modes` 里改正，或将其删除。",
    ),
    "fault.stop_token_ordinary": (
        "The stop token {token} is ordinary text of `{model}`: `{text}`. It would cut answers short, so "
        "nothing was sent. Write the token as text in the profile's `modes`, or remove it.",
        "停止词元 {token} 在 `{model}` 中是普通文本：`{text}`。它会截断回答，因此没有发送任何内容。请在配置的 "
        "`modes` 里用文本写出该词元，或将其删除。",
    ),
    "fault.stop_token_ordinary_text": (
        "The stop token `{token}` is ordinary text of `{model}`. It would cut answers short, so nothing was "
        'sent. To stop at a text, use `stop("…")` in the profile\'s `end.answer`.',
        "停止词元 `{token}` 在 `{model}` 中是普通文本。它会截断回答，因此没有发送任何内容。要在某段文本处停止，"
        '请在配置的 `end.answer` 里写 `stop("…")`。',
    ),
    "fault.stop_token_nothing": (
        "`{model}` has no token {token}. Nothing was sent. Write the token as text in the profile's `modes`, "
        "or remove it.",
        "`{model}` 没有编号为 {token} 的词元。没有发送任何内容。请在配置的 `modes` 里用文本写出该词元，或将其删除。",
    ),
    "fault.effort": (
        "vLLM {version} at `{url}` does not know the reasoning effort `{effort}`. Nothing was sent. Write `low`, "
        "`medium` or `high` in the profile's `modes`, choose another mode, or update vLLM to 0.21 or later.",
        "`{url}` 的 vLLM {version} 不支持思考强度 `{effort}`。没有发送任何内容。请在配置的 `modes` 里改为 `low`、"
        "`medium` 或 `high`，换一个模式，或把 vLLM 升级到 0.21 或更高版本。",
    ),
    "fault.busy": (
        "The server at `{url}` is busy. Try again in a moment. The server says: `{message}`",
        "`{url}` 的服务器繁忙，请稍后再试。服务器返回：`{message}`",
    ),
    "fault.status": (
        "The server at `{url}` rejected the request with status {status}. If it names a field, change it in the "
        "settings or the profile; otherwise see the server's log. The server says: `{message}`",
        "`{url}` 的服务器拒绝了请求，状态码 {status}。如果其中提到某个字段，请在设置或配置里修改；否则请查看服务器"
        "日志。服务器返回：`{message}`",
    ),
    "fault.server_error": (
        "The server reported an error and stopped. The text so far is kept: continue from there, or try again. "
        "The server says: `{message}`",
        "服务器出错，回复中断。已收到的内容已保留，可以继续，也可以重试。服务器返回：`{message}`",
    ),
    "fault.not_json": (
        "The server at `{url}` sent a stream that is not a chat reply (status {status}, type `{type}`). It begins: "
        "`{words}`. A proxy in front of the server may have changed it: connect to the server directly, or try again.",
        "`{url}` 的服务器发来的数据流不是聊天回复（状态码 {status}，类型 `{type}`），开头为：`{words}`。"
        "可能是服务器前面的代理改动了内容：请直接连接服务器，或重试。",
    ),
    "fault.redirect": (
        "The server at `{url}` redirects to `{target}` (status {status}). Fullstop does not follow redirects, "
        "so nothing was sent there. If that address is yours, set `VLLM_BASE_URL` (or `endpoint.base_url` in "
        "the profile) to it.",
        "`{url}` 的服务器重定向到 `{target}`（状态码 {status}）。Fullstop 不跟随重定向，没有向该地址发送任何内"
        "容。如果那是你的地址，请把 `VLLM_BASE_URL`（或配置里的 `endpoint.base_url`）改为该地址。",
    ),
    "fault.line_bytes": (
        "The server at `{url}` sent a line of more than {limit} bytes, so reading stopped. The text so far is "
        "kept. If your server needs such lines, raise `{variable}` and restart Fullstop.",
        "`{url}` 的服务器发来的一行超过 {limit} 字节，已停止读取。已收到的内容已保留。如果确实需要这么长的行，"
        "请调高 `{variable}` 并重启 Fullstop。",
    ),
    "fault.reply_bytes": (
        "The server at `{url}` sent more than {limit} bytes in one reply, so reading stopped. The text so far "
        "is kept. If your replies are that long, raise `{variable}` and restart Fullstop.",
        "`{url}` 的服务器在一次回复中发来超过 {limit} 字节，已停止读取。已收到的内容已保留。如果确实需要这么长"
        "的回复，请调高 `{variable}` 并重启 Fullstop。",
    ),
    "fault.answer_bytes": (
        "The server at `{url}` sent more than {limit} bytes of information about its model, so reading "
        "stopped. If your server needs that much, raise `{variable}` and restart Fullstop.",
        "`{url}` 的服务器发来的模型信息超过 {limit} 字节，已停止读取。如果确实需要，请调高 `{variable}` 并重启 "
        "Fullstop。",
    ),
    "fault.error_bytes": (
        "The server at `{url}` rejected the request with status {status}. Its error text is longer than {limit}"
        " bytes (`{variable}`), so only the beginning was read; see the server's log for the rest. It begins: "
        "`{message}`",
        "`{url}` 的服务器拒绝了请求，状态码 {status}。错误信息超过 {limit} 字节（`{variable}`），只读取了开头，"
        "其余请查看服务器日志。开头为：`{message}`",
    ),
    "fault.json_depth": (
        "The server at `{url}` sent JSON nested more than {limit} levels deep, so reading stopped. The text so "
        "far is kept. If your server needs that, raise `{variable}` and restart Fullstop.",
        "`{url}` 的服务器发来的 JSON 嵌套超过 {limit} 层，已停止读取。已收到的内容已保留。如果确实需要，请调高 "
        "`{variable}` 并重启 Fullstop。",
    ),
    "fault.json_values": (
        "The server at `{url}` sent JSON with more than {limit} lists and objects at once, so reading stopped. "
        "The text so far is kept. If your server needs that, raise `{variable}` and restart Fullstop.",
        "`{url}` 的服务器一次发来的 JSON 中，列表和对象超过 {limit} 个，已停止读取。已收到的内容已保留。如果确"
        "实需要，请调高 `{variable}` 并重启 Fullstop。",
    ),
    "fault.header_bytes": (
        "The server at `{url}` sent more than {limit} bytes or more than 128 lines of response headers, so reading "
        "stopped. Check the server and any proxy in front of it. If it needs more bytes, raise `{variable}` and "
        "restart Fullstop.",
        "`{url}` 的服务器发来的响应头超过 {limit} 字节或 128 行，已停止读取。"
        "请检查服务器和它前面的代理。如果确实需要更多字节，请调高 `{variable}` 并重启 Fullstop。",
    ),
    "fault.encoding": (
        "The server at `{url}` compresses its reply (`{encoding}`) in a way that Fullstop cannot read safely. "
        "Turn off compression for this address, in the server or in the proxy in front of it.",
        "`{url}` 的服务器用 `{encoding}` 压缩了回复，Fullstop 无法安全读取。"
        "请在服务器或它前面的代理中关闭这个地址的压缩。",
    ),
    "fault.not_http": (
        "`{url}` does not answer with valid HTTP (`{message}`). Check that the address and port belong to a model "
        "server.",
        "`{url}` 的响应不是有效的 HTTP（`{message}`）。请检查该地址和端口是不是模型服务器的。",
    ),
    "fault.disconnected": (
        "The connection was lost before the reply was complete. The text so far is kept: continue from there, "
        "or try again.",
        "回复完成前连接断开。已收到的内容已保留，可以继续，也可以重试。",
    ),
    "fault.ours": (
        "Something went wrong in Fullstop itself ({problem}). Your message and the text so far are kept. Try "
        "again; if it happens again, see the log.",
        "Fullstop 自身出错（{problem}）。你的消息和已收到的内容已保留，请重试；如果再次出现，请查看日志。",
    ),
}
