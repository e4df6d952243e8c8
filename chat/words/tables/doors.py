"""The sentences of the doors and of the limits for one browser address, in English and Chinese, side by side."""

DOOR_TEXTS: dict[str, tuple[str, str]] = {
    # What the doors say to a request that is not let in.
    "door.host": (
        "Fullstop does not accept the host name {host}. If it is yours, add it to FULLSTOP_HOSTS and restart the app.",
        "Fullstop 不接受通过 {host} 访问。如果这是你的主机名，请将其加入 FULLSTOP_HOSTS，然后重启应用。",
    ),
    "door.origin": (
        "A page at {origin} may not use this chat. If it is yours, add its host to FULLSTOP_HOSTS and restart the app.",
        "{origin} 的页面不能使用此聊天服务。如果这是你的站点，请将其主机名加入 FULLSTOP_HOSTS，然后重启应用。",
    ),
    "door.no_origin": (
        "A page without an origin may not use this chat. Open the chat itself in the browser.",
        "没有来源（Origin）的页面不能使用此聊天服务。请在浏览器中直接打开聊天页面。",
    ),
    "door.route": ("This page does not exist. The chat is at /.", "没有这个页面。聊天页面的路径是 /。"),
    "door.session": (
        "The page is not connected to Fullstop. Reload it and try again.",
        "页面未连接到 Fullstop。请刷新后重试。",
    ),
    "door.socket": ("This connection has ended. Reload the page.", "此连接已断开。请刷新页面。"),
    "door.openings": (
        "Too many connections were opened in the last minute (limit: {limit}). Wait a minute, then reload.",
        "过去一分钟内新建的连接过多（上限 {limit}）。请等一分钟后刷新。",
    ),
    "door.pace": (
        "Too much was sent in the last few seconds. Wait a moment, then try again.",
        "过去几秒内发送的内容过多。请稍候再试。",
    ),
    "door.size": ("The request is too large: at most {limit} bytes are allowed.", "请求过大：上限为 {limit} 字节。"),
    "door.malformed": ("The request is malformed: {problem}.", "请求格式有误：{problem}。"),
    "door.problem.connection": ("the page opens no such connection", "页面不会建立这样的连接"),
    "door.problem.packets": ("it does not consist of Engine.IO packets", "内容不是 Engine.IO 数据包"),
    "door.problem.json": ("it is not JSON ({error})", "内容不是 JSON（{error}）"),
    "door.problem.deep": ("it is nested too deeply", "嵌套过深"),
    # Limits for one browser address.
    "limit.message": (
        "Your message is too long: {size} bytes, at most {limit} are allowed. It was not sent to the model. "
        "Shorten it and send it again.",
        "消息太长：{size} 字节，上限为 {limit} 字节。消息未发送给模型，请缩短后重新发送。",
    ),
    "limit.composer": (
        "Your message is too long to send: {size} bytes, at most {limit} are allowed. Shorten it and send it again.",
        "消息太长，无法发送：{size} 字节，上限为 {limit} 字节。请缩短后再发送。",
    ),
    "limit.turns": (
        "{limit} replies are already running for your address, which is the maximum. Wait for one to end, or stop one, "
        "then try again.",
        "你的网络地址已有 {limit} 个回复正在生成，已达上限。请等其中一个结束，或停止一个，然后重试。",
    ),
    "limit.doctor": (
        "The check has run {limit} times in the last minute, which is the maximum. Wait a minute, then try again.",
        "过去一分钟内已检查 {limit} 次，已达上限。请等一分钟后重试。",
    ),
}
