"""What the doctor says of whole replies: how they end, and where their thoughts are."""

END_TEXTS: dict[str, tuple[str, str]] = {
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
}
