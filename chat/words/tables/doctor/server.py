"""What the doctor says of the server: its address, key, model and version."""

SERVER_TEXTS: dict[str, tuple[str, str]] = {
    "doctor.reach": ("Server", "服务器"),
    "doctor.reach.reached": ("A server answers at `{url}`.", "`{url}` 有响应。"),
    "doctor.reach.unreachable": ("No server answers at `{url}` ({problem}).", "无法连接 `{url}`（{problem}）。"),
    "doctor.reach.unreachable.do": (
        "Start vLLM there, or set `VLLM_BASE_URL` (or `endpoint.base_url`) to the address where it runs.",
        "请在该地址启动 vLLM，或把 `VLLM_BASE_URL`（或 `endpoint.base_url`）设为它的地址。",
    ),
    "doctor.reach.slow": ("`{url}` did not answer within {seconds} s.", "`{url}` 在 {seconds} 秒内没有响应。"),
    "doctor.reach.slow.do": (
        "Wait until the model is loaded, or check the firewall and the host name.",
        "请等模型加载完成，或检查防火墙和主机名。",
    ),
    "doctor.reach.ourselves": (
        "`{url}` is this page's own address, not a model server.",
        "`{url}` 是本页面自己的地址，不是模型服务器。",
    ),
    "doctor.reach.ourselves.do": (
        "Start one of the two on another port, and set `VLLM_BASE_URL` to vLLM's address, such as "
        "`http://localhost:8001/v1`.",
        "请让两者之一换一个端口，并把 `VLLM_BASE_URL` 设为 vLLM 的地址，例如 `http://localhost:8001/v1`。",
    ),
    "doctor.reach.page": ("`{url}` returns a web page, not a model's reply.", "`{url}` 返回的是网页，不是模型的回复。"),
    "doctor.reach.page.do": (
        "Open the address in a browser: there may be a login page or a proxy in front of the server.",
        "请用浏览器打开该地址：服务器前面可能有登录页或代理。",
    ),
    "doctor.reach.redirect": (
        "`{url}` redirects to `{target}` (status {status}). Fullstop does not follow redirects, so nothing was "
        "sent there.",
        "`{url}` 重定向到 `{target}`（状态码 {status}）。Fullstop 不跟随重定向，没有向该地址发送任何内容。",
    ),
    "doctor.reach.redirect.do": (
        "If that address is yours, set `VLLM_BASE_URL` (or `endpoint.base_url`) to it.",
        "如果那是你的地址，请把 `VLLM_BASE_URL`（或 `endpoint.base_url`）改为该地址。",
    ),
    "doctor.reach.path": (
        "A server answers, but there is no chat endpoint at `{url}`.",
        "服务器有响应，但 `{url}` 没有聊天接口。",
    ),
    "doctor.reach.path.do": ("Set `endpoint.base_url` to `{guess}`.", "请把 `endpoint.base_url` 设为 `{guess}`。"),
    "doctor.key": ("Key", "密钥"),
    "doctor.key.accepted": ("The server accepts the key.", "密钥有效。"),
    "doctor.key.not_needed": ("The server needs no key.", "服务器不需要密钥。"),
    "doctor.key.wrong": ("`{url}` rejects the key.", "`{url}` 拒绝了这个密钥。"),
    "doctor.key.wrong.do": (
        "Set `VLLM_API_KEY` (or `endpoint.api_key`) to a key that vLLM was started with (`--api-key`).",
        "请把 `VLLM_API_KEY`（或 `endpoint.api_key`）设为启动 vLLM 时的密钥（`--api-key`）。",
    ),
    "doctor.key.missing": ("`{url}` needs a key, and none is set.", "`{url}` 需要密钥，但尚未设置。"),
    "doctor.key.missing.do": (
        "Set `VLLM_API_KEY` (or `endpoint.api_key`) to a key that vLLM was started with (`--api-key`).",
        "请把 `VLLM_API_KEY`（或 `endpoint.api_key`）设为启动 vLLM 时的密钥（`--api-key`）。",
    ),
    "doctor.model": ("Model", "模型"),
    "doctor.model.served": ("The server has `{model}`.", "`{model}` 可用。"),
    "doctor.model.replies": (
        "`{model}` replies; the server has no list of models.",
        "`{model}` 有回复；服务器没有提供模型列表。",
    ),
    "doctor.model.any": (
        "The server replies to any model name. Its own names: `{served}`.",
        "服务器接受任何模型名；它自己的模型名为：`{served}`。",
    ),
    "doctor.model.other": (
        "The server does not have `{model}`. It has: `{served}`.",
        "服务器没有 `{model}`，可用的有：`{served}`。",
    ),
    "doctor.model.other.do": (
        "Write one of its names under `model:`, set `VLLM_MODEL`, or start vLLM with `--served-model-name`.",
        "请把其中一个写到 `model:`，或设置 `VLLM_MODEL`，或用 `--served-model-name` 启动 vLLM。",
    ),
    "doctor.version": ("Server version", "服务器版本"),
    "doctor.version.known": ("vLLM {version}.", "vLLM {version}。"),
    "doctor.version.other": (
        "The server identifies itself as `{owner}` and gives no version.",
        "服务器标识为 `{owner}`，没有提供版本号。",
    ),
    "doctor.version.unknown": ("The server gives no version.", "服务器没有提供版本号。"),
}
