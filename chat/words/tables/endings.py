"""The sentences of how a turn ended, in English and Chinese, side by side."""

ENDING_TEXTS: dict[str, tuple[str, str]] = {
    # The line under a turn.
    "ending.complete": ("Complete", "回答完毕"),
    "ending.overrun": (
        "Complete: the model ended its turn at {last_word}, but the server kept generating",
        "回答完毕：模型已在 {last_word} 处结束，但服务器仍在生成",
    ),
    "ending.empty": ("The model ended its turn without any output", "模型没有输出任何内容就结束了"),
    "ending.unanswered": (
        "The model ended its turn after thinking, without an answer",
        "模型思考后没有给出回答就结束了",
    ),
    "ending.thought_complete": (
        "Thought only: in THINK_ONLY mode the turn ends with the thought",
        "仅思考：THINK_ONLY 模式下，思考结束即止",
    ),
    "ending.no_thought": (
        "Thought only: the model did not think, and THINK_ONLY mode does not ask for an answer",
        "仅思考：模型没有思考，而 THINK_ONLY 模式不要求回答",
    ),
    "ending.stop_text": ("Stopped at the stop text “{evidence}”", "遇到停止文本“{evidence}”，已停止"),
    "ending.length.thought": (
        "Cut off while thinking: token limit reached, no answer yet",
        "思考被截断：已达词元上限，尚未回答",
    ),
    "ending.length": ("Cut off: token limit reached", "回复被截断：已达词元上限"),
    "ending.condition": (
        "Stopped by the condition {condition} ({evidence})",
        "已触发条件 {condition}，回复已停止（{evidence}）",
    ),
    "ending.budget.thought": (
        "Thinking budget of {limit} tokens used up, no answer yet",
        "思考预算（{limit} 个词元）已用完，尚未回答",
    ),
    "ending.budget.thought.s": (
        "Thinking budget of {limit} s used up, no answer yet",
        "思考预算（{limit} 秒）已用完，尚未回答",
    ),
    "ending.budget": ("Budget of {limit} tokens used up", "预算（{limit} 个词元）已用完"),
    "ending.budget.s": ("Budget of {limit} s used up", "预算（{limit} 秒）已用完"),
    "ending.loop": ("Stopped by the server: the text repeats itself", "服务器已停止生成：内容重复"),
    "ending.loop.thought": (
        "Stopped: the thought repeated the same {period} characters {copies} times, no answer yet",
        "已停止：思考中同一段 {period} 个字符重复了 {copies} 次，尚未回答",
    ),
    "ending.loop.answer": (
        "Stopped: the answer repeated the same {period} characters {copies} times; only the first copy is kept",
        "已停止：回答中同一段 {period} 个字符重复了 {copies} 次，只保留第一遍",
    ),
    "ending.idle_timeout": ("Timed out: no new output for {evidence} s", "等待超时：{evidence} 秒内没有新内容"),
    "ending.total_timeout": ("Timed out: the turn took longer than {evidence} s", "已超时：本轮用时超过 {evidence} 秒"),
    "ending.stopped.waiting": ("You stopped the reply before the first token", "已手动停止，尚未收到首个词元"),
    "ending.stopped.thought": ("You stopped the thought, no answer yet", "已手动停止思考，尚未回答"),
    "ending.stopped": ("You stopped the reply", "已手动停止"),
    "ending.stopped.asked": ("You asked for the answer, but none came", "已选择立即回答，但没有收到回答"),
    "ending.left": ("Stopped: the page was closed, reloaded or offline", "已停止：页面被关闭、刷新或断线"),
    "ending.shutdown": ("Stopped: the app was shut down", "已停止：应用已关闭"),
    "ending.refused": ("No reply from the server", "没有收到服务器的回复"),
    "ending.refused.network": ("Cannot reach the server", "无法连接服务器"),
    "ending.refused.client": ("The request was not sent", "请求未发送"),
    "ending.server_error": ("Cut off: the server reported an error", "回复中断：服务器出错"),
    "ending.disconnected": ("Cut off: the connection to the server was lost", "回复中断：与服务器的连接断开"),
    "ending.tool_calls": (
        "The model wants to call a tool, but this page has none",
        "模型要调用工具，但本页面不支持工具",
    ),
    "ending.content_filter": ("Stopped by the server's content filter", "被服务器的内容过滤器拦截"),
    "ending.aborted": (
        "Stopped by the server before the answer was complete ({finish_reason})",
        "回答完成前被服务器终止（{finish_reason}）",
    ),
    "phase.in.thought": ("while thinking, no answer yet", "思考阶段，尚未回答"),
    "phase.in.answer": ("while answering", "回答阶段"),
    # A thought that was cut, and the answer follows.
    "handed": (
        "The condition {condition} ended the thought; the answer follows",
        "条件 {condition} 结束了思考，以下是回答",
    ),
    "handed.budget": (
        "Thinking budget of {limit} tokens used up; the answer follows",
        "思考预算（{limit} 个词元）已用完，以下是回答",
    ),
    "handed.budget.s": (
        "Thinking budget of {limit} s used up; the answer follows",
        "思考预算（{limit} 秒）已用完，以下是回答",
    ),
    "handed.complete": (
        "The model ended its turn inside the thought; the answer was requested and follows",
        "模型还在思考就结束了输出，已另行请求回答，以下是回答",
    ),
    "handed.stop_text": (
        "The server stopped the thought at the stop text “{evidence}”; the answer follows",
        "思考遇到停止文本“{evidence}”，已被服务器停止，以下是回答",
    ),
    "handed.length": ("The thought reached the token limit; the answer follows", "思考已达词元上限，以下是回答"),
    "handed.share": (
        "The thought used up its part of the {most}-token limit; the answer follows",
        "词元上限（{most} 个）中留给思考的部分已用完，以下是回答",
    ),
    "handed.no_way": (
        "This server cannot continue a thought that was cut off, so there is no answer",
        "此服务器无法续写被截断的思考，因此没有回答",
    ),
    "handed.stopped": ("You asked for the answer now", "已选择立即回答，以下是回答"),
    "handed.loop": (
        "The server stopped a thought that repeated itself; the answer follows",
        "思考内容重复，已被服务器停止，以下是回答",
    ),
    "handed.loop.page": (
        "The thought repeated the same {period} characters {copies} times; the answer follows",
        "思考中同一段 {period} 个字符重复了 {copies} 次，以下是回答",
    ),
}
