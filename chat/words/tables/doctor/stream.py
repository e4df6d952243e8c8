"""What the doctor says of the stream: its flow, its protocol, its errors, and how it is cancelled."""

STREAM_TEXTS: dict[str, tuple[str, str]] = {
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
        "Something buffers the stream: nothing for {begin} s, then {events} events at once. A single token needs "
        "{first} s.",
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
        "not, and proxies may buffer it. Correct it in the server or the gateway.",
        "数据流的 Content-Type 是 `{type}`，而不是 `text/event-stream`。Fullstop 能读取，但其他客户端可能无法读取，"
        "代理也可能缓冲它。请在服务器或网关中改正。",
    ),
    "doctor.protocol.empty_events": (
        "Events without data: {count}. Fullstop ignores them, but other clients, such as the openai library, fail "
        "there. They are usually a gateway's keep-alive: let it send comments (`: ping`) instead.",
        "有 {count} 个事件不含数据。Fullstop 会忽略，但 openai 库等其他客户端会因此出错。这通常是网关的保活信号，"
        "请让网关改为发送注释（`: ping`）。",
    ),
    "doctor.protocol.unread_events": (
        "Events that are not JSON: {count}. Fullstop skips them, but other clients fail there, and text may be "
        "missing. Connect to the server directly to see if a proxy changes the stream.",
        "有 {count} 个事件不是 JSON。Fullstop 会跳过，但其他客户端会因此出错，文本也可能缺失。请直接连接服务器，"
        "看看是不是代理改动了数据流。",
    ),
    "doctor.protocol.early_finish": (
        "A `finish_reason` before the end of the text: {count}. Fullstop keeps the text and waits a moment at the "
        "end of each reply, but other clients may cut the reply there. Update the server or the gateway.",
        "有 {count} 次在 `finish_reason` 之后仍有文本。Fullstop 会保留这些文本，并在每次回复末尾稍等片刻，"
        "但其他客户端可能在那里截断回复。请升级服务器或网关。",
    ),
    "doctor.protocol.odd_finish": (
        "The reason for the end (`{finish}`) has an unusual spelling or place. Fullstop reads it, but other clients "
        "may not. Update the server or the gateway.",
        "结束原因（`{finish}`）的写法或位置不合常规。Fullstop 能读取，但其他客户端可能无法识别。请升级服务器或网关。",
    ),
    "doctor.protocol.broken_after": (
        "The connection broke after the reply was complete (`{message}`). Fullstop keeps the reply, but other "
        "clients may report an error. See the log of the server, and of any proxy in front of it.",
        "回复完成后连接异常中断（`{message}`）。Fullstop 会保留回复，但其他客户端可能报错。"
        "请查看服务器及其前面代理的日志。",
    ),
    "doctor.protocol.left_open": (
        "The server keeps the connection open after `[DONE]`. Fullstop closes it, but other clients may wait. Check "
        "the server and any proxy in front of it.",
        "服务器在 `[DONE]` 之后没有关闭连接。Fullstop 会自行关闭，但其他客户端可能一直等待。"
        "请检查服务器及其前面的代理。",
    ),
    "doctor.errors": ("Error messages", "错误信息"),
    "doctor.errors.explained": (
        "The server explains an invalid request: `{message}`",
        "服务器会说明请求无效的原因：`{message}`",
    ),
    "doctor.errors.in_stream": (
        "The server reports an invalid request inside a stream with status 200: `{message}` Fullstop shows it, but "
        "clients that check only the status miss it. Let the gateway pass on the server's status.",
        "服务器在状态码为 200 的数据流里报告请求无效（`{message}`）。Fullstop 会显示，但只检查状态码的客户端会漏掉。"
        "请让网关转发服务器的状态码。",
    ),
    "doctor.errors.mute": (
        "The server rejects an invalid request with status {status} and does not say why. If a request fails, see "
        "the server's log. Let the gateway pass on the server's own error.",
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
        "关闭连接 {seconds} 秒后，模型停止生成。",
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
}
