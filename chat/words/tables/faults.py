"""The sentences about what goes wrong with a server, in English and Chinese, side by side."""

FAULT_TEXTS: dict[str, tuple[str, str]] = {
    "fault.unreachable": (
        "No server answers at `{url}`. Start vLLM there, or set `VLLM_BASE_URL` to the address where it runs; "
        "`make chat` without `VLLM_BASE_URL` starts a small model on this machine.",
        "`{url}` 没有服务器应答。请在该地址启动 vLLM，或把 `VLLM_BASE_URL` 设为它的地址；"
        "不设 `VLLM_BASE_URL` 时，`make chat` 会在本机启动一个小模型。",
    ),
    "fault.key": (
        "The server at `{url}` does not accept the key. Set `VLLM_API_KEY` (or `endpoint.api_key` in the profile) "
        "to one of the keys that vLLM was started with.",
        "`{url}` 的服务器不接受这个密钥。请把 `VLLM_API_KEY`（或配置里的 `endpoint.api_key`）"
        "设为启动 vLLM 时给出的密钥。",
    ),
    "fault.model": (
        "The server at `{url}` does not serve the model `{model}`. It serves: `{served}`. Put one of these names "
        "under `model:` in the profile, set `VLLM_MODEL`, or choose another profile in the settings.",
        "`{url}` 的服务器没有模型 `{model}`，它有：`{served}`。请把其中一个写到配置的 `model:`，"
        "或设置 `VLLM_MODEL`，或在设置里换一个配置。",
    ),
    "fault.path": (
        "There is a server at `{url}`, but no chat endpoint. The address usually ends in `/v1`: try `{guess}`.",
        "`{url}` 有服务器，但没有聊天接口。地址通常以 `/v1` 结尾：请试 `{guess}`。",
    ),
    "fault.ourselves": (
        "`{url}` is this page's own address, not a model server. Set `VLLM_BASE_URL` to the address where vLLM runs, "
        "usually `http://localhost:8000/v1`.",
        "`{url}` 是本页面自己的地址，不是模型服务器。请把 `VLLM_BASE_URL` 设为 vLLM 的地址，通常是 "
        "`http://localhost:8000/v1`。",
    ),
    "fault.not_chat": (
        "`{url}` answers with a web page or something else, not with a stream of chat. A proxy or a login page may "
        "stand before the server; open the address in a browser to see.",
        "`{url}` 返回的是网页或别的内容，不是聊天流。服务器前面可能有代理或登录页；用浏览器打开该地址看看。",
    ),
    "fault.too_long": (
        "The chat is too long for this model. Shorten the message or start a new chat. The server says: `{message}`",
        "对话对这个模型来说太长。请缩短消息或新建对话。服务器说：`{message}`",
    ),
    "fault.max_tokens": (
        "The limit of tokens is larger than this server's window. Lower “Most tokens” in the settings, or "
        "`sampling.max_tokens` in the profile. The server says: `{message}`",
        "词元上限超过了这个服务器的上下文窗口。请在设置里调低“词元上限”，或修改配置的 `sampling.max_tokens`。"
        "服务器说：`{message}`",
    ),
    "fault.stop_token_pieces": (
        "The stop token `{token}` is not one token of `{model}` but several: {pieces}. Nothing was sent. Correct it in "
        "the profile's `modes`, or remove it.",
        "停止词元 `{token}` 不是 `{model}` 的一个词元，而是几个：{pieces}。没有发送任何内容。"
        "请在配置的 `modes` 里改正或删除。",
    ),
    "fault.stop_token_ordinary": (
        "The stop token {token} is ordinary text of `{model}`: `{text}`. It would cut answers in half, so nothing was "
        "sent. Write the token as text in the profile's `modes`, or remove it.",
        "停止词元 {token} 在 `{model}` 中是普通文本：`{text}`。它会把回答截断，所以没有发送任何内容。"
        "请在配置的 `modes` 里用文本写出该词元，或删除。",
    ),
    "fault.stop_token_ordinary_text": (
        "The stop token `{token}` is ordinary text of `{model}`. It would cut answers in half, so nothing was sent. "
        'A text to stop at belongs in the profile\'s `end.answer`, as `stop("…")`.',
        "停止词元 `{token}` 是 `{model}` 的普通文本。它会把回答截断，所以没有发送任何内容。"
        '停止文本应写在配置的 `end.answer`，写法是 `stop("…")`。',
    ),
    "fault.stop_token_nothing": (
        "`{model}` has no token {token}. Nothing was sent. Write the token as text in the profile's `modes`, or "
        "remove it.",
        "`{model}` 没有编号为 {token} 的词元。没有发送任何内容。请在配置的 `modes` 里用文本写出该词元，或删除。",
    ),
    "fault.busy": (
        "The server at `{url}` is busy. Try again in a moment. It says: `{message}`",
        "`{url}` 的服务器正忙，请稍后再试。它说：`{message}`",
    ),
    "fault.status": (
        "The server at `{url}` refused the request with status {status}. It says: `{message}`",
        "`{url}` 的服务器拒绝了请求，状态码 {status}。它说：`{message}`",
    ),
    "fault.server_error": (
        "The server broke off with an error. What had come is kept. It says: `{message}`",
        "服务器出错中断，已收到的内容保留。它说：`{message}`",
    ),
    "fault.not_json": (
        "The stream holds something that is not the chat protocol; a proxy may have cut it. What had come is kept.",
        "流里有不符合聊天协议的内容，可能被代理截断。已收到的内容保留。",
    ),
    "fault.redirect": (
        "The server at `{url}` redirects to `{target}` (status {status}). Redirects are not followed, so nothing was "
        "sent there. If that address is yours, set `VLLM_BASE_URL` (or `endpoint.base_url` in the profile) to it.",
        "`{url}` 的服务器重定向到 `{target}`（状态码 {status}）。Fullstop 不跟随重定向，没有向该地址发送任何内容。"
        "如果那是你的地址，请把 `VLLM_BASE_URL`（或配置里的 `endpoint.base_url`）改成它。",
    ),
    "fault.line_bytes": (
        "The server at `{url}` sent a line of more than {limit} bytes, so reading stopped. The text so far is kept. "
        "If your server needs such lines, raise `{variable}` and restart Fullstop.",
        "`{url}` 的服务器发来的一行超过 {limit} 字节，已停止读取。已收到的内容保留。"
        "如果确实需要这么长的行，请调高 `{variable}` 并重启 Fullstop。",
    ),
    "fault.reply_bytes": (
        "The server at `{url}` sent more than {limit} bytes in one reply, so reading stopped. The text so far is kept. "
        "If your replies are that long, raise `{variable}` and restart Fullstop.",
        "`{url}` 的服务器在一次回复中发来超过 {limit} 字节，已停止读取。已收到的内容保留。"
        "如果确实需要这么长的回复，请调高 `{variable}` 并重启 Fullstop。",
    ),
    "fault.answer_bytes": (
        "The server at `{url}` answered a question about its model with more than {limit} bytes, so reading stopped. "
        "If your server needs that much, raise `{variable}` and restart Fullstop.",
        "`{url}` 的服务器在回答模型信息时发来超过 {limit} 字节，已停止读取。"
        "如果确实需要，请调高 `{variable}` 并重启 Fullstop。",
    ),
    "fault.error_bytes": (
        "The server at `{url}` refused the request with status {status}. Its error text is longer than {limit} bytes "
        "(`{variable}`), so only the beginning was read; the server's log has the rest. It begins: `{message}`",
        "`{url}` 的服务器拒绝了请求，状态码 {status}。错误信息超过 {limit} 字节（`{variable}`），只读取了开头，"
        "其余请看服务器日志。开头是：`{message}`",
    ),
    "fault.json_depth": (
        "The server at `{url}` sent JSON nested more than {limit} levels deep, so reading stopped. The text so far is "
        "kept. If your server needs that, raise `{variable}` and restart Fullstop.",
        "`{url}` 的服务器发来的 JSON 嵌套超过 {limit} 层，已停止读取。已收到的内容保留。"
        "如果确实需要，请调高 `{variable}` 并重启 Fullstop。",
    ),
    "fault.json_values": (
        "The server at `{url}` sent JSON with more than {limit} lists and objects at once, so reading stopped. "
        "The text so far is kept. If your server needs that, raise `{variable}` and restart Fullstop.",
        "`{url}` 的服务器一次发来的 JSON 里，列表和对象超过 {limit} 个，已停止读取。已收到的内容保留。"
        "如果确实需要，请调高 `{variable}` 并重启 Fullstop。",
    ),
    "fault.header_bytes": (
        "The server at `{url}` sent more than {limit} bytes or more than 128 lines of response headers, so reading "
        "stopped. Check the server and any proxy before it. If it needs more bytes, raise `{variable}` and restart "
        "Fullstop.",
        "`{url}` 的服务器发来的响应头超过 {limit} 字节或 128 行，已停止读取。"
        "请检查服务器和它前面的代理。如果确实需要更多字节，请调高 `{variable}` 并重启 Fullstop。",
    ),
    "fault.encoding": (
        "The server at `{url}` compresses its reply (`{encoding}`) in a way that Fullstop cannot read safely. "
        "Turn off compression for this address, in the server or in the proxy before it.",
        "`{url}` 的服务器用 `{encoding}` 压缩了回复，Fullstop 无法安全读取。"
        "请在服务器或它前面的代理中关闭这个地址的压缩。",
    ),
    "fault.not_http": (
        "`{url}` does not answer with valid HTTP (`{message}`). Check that address and port are a model server's.",
        "`{url}` 的响应不是有效的 HTTP（`{message}`）。请检查该地址和端口是不是模型服务器的。",
    ),
    "fault.disconnected": (
        "The connection was lost before the reply was complete. What had come is kept: "
        "continue from there, or try again.",
        "回复完成前连接断开。已收到的内容保留：可以接着写，也可以重试。",
    ),
    "fault.ours": (
        "Fullstop itself made a mistake ({problem}). Your message and what had come are kept; the log says more.",
        "Fullstop 自身出错（{problem}）。你的消息和已收到的内容保留；详情见日志。",
    ),
}
