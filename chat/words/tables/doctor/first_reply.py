"""What the doctor says of the first reply, and of the errors that the server gives instead."""

FIRST_REPLY_TEXTS: dict[str, tuple[str, str]] = {
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
}
