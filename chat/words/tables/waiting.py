"""The sentences about the wait for the first token, in English and Chinese, side by side."""

WAITING_TEXTS: dict[str, tuple[str, str]] = {
    "waiting.queued": ("Waiting in the queue… {seconds} s", "正在排队… {seconds} 秒"),
    "waiting.reading": ("Reading the prompt… {seconds} s", "正在处理提示词… {seconds} 秒"),
    "ending.first_token_timeout": (
        "Timed out: no first token within {evidence} s",
        "等待超时：{evidence} 秒内没有收到首个词元",
    ),
    "ending.first_token_timeout.queued": (
        "Timed out: no progress in the server's queue for {evidence} s",
        "等待超时：请求仍在服务器排队，{evidence} 秒内没有进展",
    ),
    "ending.first_token_timeout.reading": (
        "Timed out while the server read the prompt: no progress for {evidence} s",
        "等待超时：服务器处理提示词时，{evidence} 秒内没有进展",
    ),
    "ending.first_token_timeout.idle": (
        "Timed out: no first token within {evidence} s, and the server has no request to work on",
        "等待超时：{evidence} 秒内没有收到首个词元，且服务器没有正在处理的请求",
    ),
}
