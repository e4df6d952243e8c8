"""Every sentence of ours that a person reads in the page, in English and Chinese, side by side."""

from chat.words.tables.context import CONTEXT_TEXTS
from chat.words.tables.doctor import DOCTOR_TEXTS
from chat.words.tables.faults import FAULT_TEXTS
from chat.words.tables.profiles import PROFILE_TEXTS
from chat.words.tables.receipt import RECEIPT_TEXTS

TEXTS: dict[str, tuple[str, str]] = {
    **PROFILE_TEXTS,
    **DOCTOR_TEXTS,
    **CONTEXT_TEXTS,
    **FAULT_TEXTS,
    **RECEIPT_TEXTS,
    # The thought's title while it runs and after.
    "thinking": ("Thinking… {seconds} s", "思考中… {seconds} 秒"),
    "thought": ("Thought for {seconds} s · {tokens}", "思考了 {seconds} 秒 · {tokens}"),
    "thought.cut": ("Thought for {seconds} s, then cut off", "思考 {seconds} 秒后中断"),
    # The line under a turn.
    "ending.complete": ("Complete", "回答完毕"),
    "ending.overrun": (
        "Complete: the model ended its turn at {last_word}, and the server went on",
        "回答完毕：模型已在 {last_word} 结束，但服务器没有停",
    ),
    "ending.empty": ("The model ended its turn without a word", "模型没有输出任何内容就结束了"),
    "ending.unanswered": (
        "The model ended its turn after the thought, without an answer",
        "模型思考后没有回答就结束了",
    ),
    "ending.thought_complete": (
        "Thought only: the turn ends where the thought ends, as the mode THINK_ONLY says",
        "仅思考：按 THINK_ONLY 模式，思考结束即止",
    ),
    "ending.no_thought": (
        "Thought only: the model did not think, and its answer is not asked for in the mode THINK_ONLY",
        "仅思考：模型没有思考，而 THINK_ONLY 模式不需要回答",
    ),
    "ending.stop_text": ("Ended at the stop text “{evidence}”", "遇到停止文本“{evidence}”而结束"),
    "ending.length.thought": (
        "Cut off in the thought: the limit of tokens is reached, there is no answer yet",
        "思考被截断：已达词元上限，还没有回答",
    ),
    "ending.length": ("Cut off: the limit of tokens is reached", "被截断：已达词元上限"),
    "ending.condition": ("Ended by the condition {condition} ({evidence})", "由条件 {condition} 结束（{evidence}）"),
    "ending.budget.thought": (
        "The thinking budget of {limit} tokens is spent, there is no answer yet",
        "思考预算 {limit} 个词元已用完，还没有回答",
    ),
    "ending.budget.thought.s": (
        "The thinking budget of {limit} s is spent, there is no answer yet",
        "思考预算 {limit} 秒已用完，还没有回答",
    ),
    "ending.budget": ("The budget of {limit} tokens is spent", "预算 {limit} 个词元已用完"),
    "ending.budget.s": ("The budget of {limit} s is spent", "预算 {limit} 秒已用完"),
    "ending.loop": ("Ended by the server: the text repeats itself", "服务器已终止：文本重复"),
    "ending.loop.thought": (
        "Stopped: the thought repeats itself, the same {period} characters {copies} times; there is no answer yet",
        "思考陷入循环：相同的 {period} 个字符重复了 {copies} 次；还没有回答",
    ),
    "ending.loop.answer": (
        "Stopped: the answer repeats itself, the same {period} characters {copies} times; cut back to the first",
        "回答陷入循环：相同的 {period} 个字符重复了 {copies} 次；只保留第一次",
    ),
    "ending.first_token_timeout": (
        "Stopped waiting: no first token after {evidence} s (first-token clock)",
        "不再等待：{evidence} 秒内没有第一个词元（首词元时限）",
    ),
    "ending.idle_timeout": (
        "Stopped waiting: nothing new for {evidence} s (idle clock)",
        "不再等待：{evidence} 秒没有新内容（静默时限）",
    ),
    "ending.total_timeout": (
        "Stopped: the turn took longer than {evidence} s (total clock)",
        "已停止：本轮超过 {evidence} 秒（总时限）",
    ),
    "ending.stopped.waiting": ("Stopped by you before the first token", "你在首个词元之前停止了"),
    "ending.stopped.thought": ("Stopped by you in the thought, there is no answer yet", "你在思考时停止了，还没有回答"),
    "ending.stopped": ("Stopped by you", "你已停止"),
    "ending.stopped.asked": (
        "You asked for the answer, but it has not come",
        "你要求立即回答，但没有得到回答",
    ),
    "ending.left": (
        "Stopped: the page was closed, loaded anew or out of reach",
        "已停止：页面被关闭、重新加载或失去连接",
    ),
    "ending.shutdown": ("Stopped: the app was shut down", "已停止：应用已关闭"),
    "ending.refused": ("The server did not take the request", "服务器没有接受请求"),
    "ending.server_error": ("Broken off by an error of the server", "因服务器出错而中断"),
    "ending.disconnected": ("Cut off: the connection to the server was lost", "被中断：与服务器的连接断开"),
    "ending.tool_calls": (
        "The model asks for a tool, which this page does not have",
        "模型要调用工具，本页面没有工具",
    ),
    "ending.content_filter": ("Ended by the server's content filter", "被服务器的内容过滤器终止"),
    "ending.aborted": (
        "Ended by the server before the answer was complete ({finish_reason})",
        "回答完成前被服务器终止（{finish_reason}）",
    ),
    "phase.in.thought": ("in the thought, there is no answer yet", "尚在思考，还没有回答"),
    "phase.in.answer": ("in the answer", "在回答中"),
    # A thought that was cut, and the answer follows.
    "handed": ("{condition} has ended the thought; the answer follows", "{condition} 结束了思考，下面是回答"),
    "handed.budget": (
        "The thinking budget of {limit} tokens is spent; the answer follows",
        "思考预算 {limit} 个词元已用完，下面是回答",
    ),
    "handed.budget.s": (
        "The thinking budget of {limit} s is spent; the answer follows",
        "思考预算 {limit} 秒已用完，下面是回答",
    ),
    "handed.length": (
        "The thought has reached the limit of tokens; the answer follows",
        "思考已达词元上限，下面是回答",
    ),
    "handed.share": (
        "The thought has taken its share of the limit of {most} tokens; the answer follows",
        "思考已用完 {most} 个词元上限中留给它的份额，下面是回答",
    ),
    "handed.no_way": (
        "This server does not go on with a thought that was cut: there is no answer",
        "此服务器不支持续写被截断的思考，因此没有回答",
    ),
    "handed.stopped": ("You asked for the answer now", "你要求立即回答"),
    "handed.loop": (
        "The server has ended a thought that repeats itself; the answer follows",
        "思考陷入重复，服务器已终止，下面是回答",
    ),
    "handed.loop.page": (
        "The thought repeats itself, the same {period} characters {copies} times; the answer follows",
        "思考陷入循环：相同的 {period} 个字符重复了 {copies} 次，下面是回答",
    ),
    # While a turn runs.
    "nudge.circling": (
        "The text may be going round in circles: the same words came {times} times",
        "文本可能在兜圈子：同样的词句出现了 {times} 次",
    ),
    "nudge": ("{condition}: {evidence}", "{condition}：{evidence}"),
    "condition.failed": (
        "The condition {condition} has failed ({problem}) and is left out; the turn goes on",
        "条件 {condition} 出错（{problem}），已不再使用；本轮继续",
    ),
    "tokens": ("{number} tokens", "{number} 个词元"),
    "tokens.one": ("{number} token", "{number} 个词元"),
    # What the person wrote.
    "message.empty": (
        "There is nothing to ask in this message. Write a question after the tag.",
        "这条消息里没有问题。请在标签后面写上问题。",
    ),
    "mode.unknown": (
        "There is no mode `{name}`. The modes of this profile are: {known}. Edit the message and send it again.",
        "没有模式 `{name}`。本配置的模式有：{known}。请编辑消息后重新发送。",
    ),
    # The settings panel.
    "settings.profile": ("Profile", "配置"),
    "settings.mode": ("Mode", "模式"),
    "settings.system": ("System prompt", "系统提示词"),
    "settings.temperature": ("Temperature (0 to 2)", "温度（0 到 2）"),
    "settings.top_p": ("Top p (0 to 1)", "Top p（0 到 1）"),
    "settings.max_tokens": ("Most tokens of thought and answer", "思考与回答的词元上限"),
    "settings.budget": ("Thinking budget (tokens, or a time such as 90s)", "思考预算（词元数，或 90s 这样的时长）"),
    "settings.first_token": ("Clock: until the first token", "时限：等待第一个词元"),
    "settings.idle": ("Clock: without anything new", "时限：没有新内容"),
    "settings.total": ("Clock: the whole turn", "时限：整轮"),
    "settings.display": ("Show the thought", "思考的显示"),
    "settings.reset": ("Set all back to what the profile says", "全部恢复为配置的值"),
    "settings.as_profile": ("as the profile says: {value}", "按配置：{value}"),
    "settings.no_limit": ("no limit", "无上限"),
    "settings.none": ("none", "无"),
    "settings.server": ("the server's default", "服务器默认"),
    "settings.blank": ("Blank: as the profile says. “-”: none.", "留空：按配置。“-”：不用。"),
    "settings.needed": (
        "The model was trained with this system prompt. Blank: as the profile says. “-”: none.",
        "模型是用这个系统提示词训练的。留空：按配置。“-”：不用。",
    ),
    "settings.maths": ("Hint for maths after each question", "每个问题后附上数学提示"),
    "settings.switched": (
        "From the next message on: {name}. It sees the chat so far, without another model's thoughts.",
        "从下一条消息开始：{name}。它能看到此前的对话，但看不到其他模型的思考。",
    ),
    "settings.duration": ("Such as 30s, 5m, 1h or off.", "例如 30s、5m、1h 或 off。"),
    "settings.display.live": ("live, folded when the answer begins", "实时显示，回答开始时折叠"),
    "settings.display.collapsed": ("folded", "折叠"),
    "settings.display.hidden": ("hidden", "隐藏"),
    "settings.bad": (
        "“{value}” does not fit the field “{name}”; the former value stays.",
        "“{value}”不适合“{name}”，保留原值。",
    ),
    "settings.taken": ("Settings taken: they hold from the next message on.", "设置已生效，从下一条消息开始。"),
    # The mode picker in the composer.
    "mode.AUTO": ("Auto", "自动"),
    "mode.FULL": ("Full", "完整"),
    "mode.THINK_ONLY": ("Think only", "仅思考"),
    "mode.NO_THINK": ("No thinking", "不思考"),
    "mode.LOW": ("Think a little", "少思考"),
    "mode.HIGH": ("Think hard", "多思考"),
    "mode.about.AUTO": ("what the system prompt or the profile says", "按系统提示词或配置"),
    "mode.about.FULL": ("think, then answer", "先思考，再回答"),
    "mode.about.THINK_ONLY": ("end where the thought ends", "思考结束即止"),
    "mode.about.NO_THINK": ("answer at once", "直接回答"),
    "mode.about.LOW": ("think briefly, then answer", "简短思考后回答"),
    "mode.about.HIGH": ("think long, then answer", "充分思考后回答"),
    # The doctor in the page; its findings are in chat/words/tables/doctor.py.
    "doctor.about": (
        "Is the whole chain in tune: server, model, template, tokens?",
        "检查整条链路：服务器、模型、模板、词元",
    ),
    "doctor.examining": ("Examining {name}…", "正在检查 {name}…"),
    "doctor.greeting": (
        "Something is not in tune with {name}. `/doctor` tells all of it.",
        "{name} 有些地方不对。输入 `/doctor` 查看全部。",
    ),
    # A page that shows a chat which the app does not know, and an app that ends.
    "lost.line": (
        "The app no longer knows this chat: the app was restarted, or this page was offline too long. You can still "
        "read and copy it, but the model does not see it. Your next message starts a new chat.",
        "应用中已没有这段对话的记录：应用可能重启过，或页面离线太久。你仍可阅读和复制以上内容，但模型看不到它们。"
        "发送下一条消息将开始新对话。",
    ),
    "lost.button": (
        "This button belongs to a chat that the app no longer knows, so it does nothing. Send a new message instead.",
        "应用中已没有这段对话的记录，这个按钮已失效。请发送新消息。",
    ),
    "lost.edit": (
        "This message can't be edited: the app no longer knows it. Send your text as a new message.",
        "无法编辑：应用中已没有这条消息的记录。请将内容作为新消息发送。",
    ),
    "lost.away": (
        "The app is not responding, so your edit was not sent. Try again when it is back.",
        "应用没有响应，修改尚未发送。请在应用恢复后重试。",
    ),
    "shutdown.refused": (
        "The app is shutting down, so no new reply was started. Try again when it is back.",
        "应用正在关闭，没有开始新的回复。请在应用恢复后重试。",
    ),
    # What the doors say to a request that is not let in.
    "door.host": (
        "Fullstop does not accept the host name {host}. If it is yours, add it to FULLSTOP_HOSTS and restart the app.",
        "Fullstop 不接受通过 {host} 访问。如果这是你的主机名，请将其加入 FULLSTOP_HOSTS，然后重启应用。",
    ),
    "door.origin": (
        "A page at {origin} may not use this chat. If it is yours, add its host to FULLSTOP_HOSTS and restart the app.",
        "{origin} 的页面不能使用此聊天。如果这是你的站点，请将其主机名加入 FULLSTOP_HOSTS，然后重启应用。",
    ),
    "door.no_origin": (
        "A page without an origin may not use this chat. Open the chat itself in the browser.",
        "没有来源（Origin）的页面不能使用此聊天。请在浏览器中直接打开聊天页面。",
    ),
    "door.route": ("There is no such page. The chat is at /.", "没有这个页面。聊天页面在 /。"),
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
        "Too much was sent in the last seconds. Wait a moment, then try again.",
        "过去几秒内发送的内容过多。请稍候再试。",
    ),
    "door.size": ("The request is too large: at most {limit} bytes are allowed.", "请求过大：上限为 {limit} 字节。"),
    "door.malformed": ("The request is malformed: {problem}.", "请求格式有误：{problem}。"),
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
        "The doctor has run {limit} times in the last minute, which is the maximum. Wait a minute, then try again.",
        "过去一分钟内已诊断 {limit} 次，已达上限。请等一分钟后重试。",
    ),
    # Below the composer.
    "watermark": ("Models make mistakes; check what matters.", "模型会出错，重要内容请核实。"),
    # Development.
    "reload.broken": (
        "The app does not load after the last edit: `{problem}`. Save a fix; the page reloads by itself.",
        "上次修改后应用无法加载：`{problem}`。保存修正后页面会自动刷新。",
    ),
}
