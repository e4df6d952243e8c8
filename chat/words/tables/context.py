"""The sentences about the model's window and the server's thinking budget, in English and Chinese, side by side."""

CONTEXT_TEXTS: dict[str, tuple[str, str]] = {
    "context.gauge": (
        "Context: {used} of {window} tokens ({percent} %)",
        "上下文窗口：{used} / {window} 个词元（{percent}%）",
    ),
    "context.folded": (
        "The {number} oldest turns no longer fit into the model's window of {window} tokens and are left out",
        "最早的 {number} 轮对话超出模型 {window} 个词元的上下文窗口，不再发给模型",
    ),
    "context.folded.one": (
        "The oldest turn no longer fits into the model's window of {window} tokens and is left out",
        "最早的 1 轮对话超出模型 {window} 个词元的上下文窗口，不再发给模型",
    ),
    "context.clamped": (
        "the model's window of {window} tokens leaves only {left} of the {limit} tokens asked for",
        "模型的上下文窗口为 {window} 个词元，只剩 {left} 个可用，少于要求的 {limit} 个",
    ),
    "budget.by_server": (
        "The server's thinking budget of {limit} tokens has ended the thought",
        "服务器的思考预算 {limit} 个词元已用完，思考到此为止",
    ),
    "budget.ignored": (
        "The server ignored its thinking budget of {limit} tokens; the page ended the thought",
        "服务器没有遵守 {limit} 个词元的思考预算，由本页面结束了思考",
    ),
}
