"""The sentences about the model's window and the server's thinking budget, in English and Chinese, side by side."""

CONTEXT_TEXTS: dict[str, tuple[str, str]] = {
    "context.gauge": (
        "Context: {used} of {window} tokens ({percent}%)",
        "上下文：{used} / {window} 个词元（{percent}%）",
    ),
    "context.folded": (
        "The oldest {number} turns no longer fit in the context window ({window} tokens) and are not sent",
        "最早的 {number} 轮对话超出上下文窗口（{window} 个词元），不再发给模型",
    ),
    "context.folded.one": (
        "The oldest turn no longer fits in the context window ({window} tokens) and is not sent",
        "最早的 1 轮对话超出上下文窗口（{window} 个词元），不再发给模型",
    ),
    "context.clamped": (
        "the context window of {window} tokens left room for only {left} of the {limit} tokens",
        "上下文窗口共 {window} 个词元，只剩 {left} 个可用，少于设定的 {limit} 个",
    ),
    "budget.by_server": (
        "The server's thinking budget of {limit} tokens ended the thought",
        "服务器的思考预算（{limit} 个词元）已用完，思考结束",
    ),
    "budget.ignored": (
        "The server ignored its thinking budget of {limit} tokens, so the page ended the thought",
        "服务器没有遵守思考预算（{limit} 个词元），由本页面结束了思考",
    ),
}
