"""All sentences that a person reads on the page, in English and Chinese."""

from chat.words.tables.command import COMMAND_TEXTS
from chat.words.tables.context import CONTEXT_TEXTS
from chat.words.tables.discover import DISCOVER_TEXTS
from chat.words.tables.doctor import DOCTOR_TEXTS
from chat.words.tables.faults import FAULT_TEXTS
from chat.words.tables.phrases import PHRASE_TEXTS
from chat.words.tables.profiles import PROFILE_TEXTS
from chat.words.tables.receipt import RECEIPT_TEXTS
from chat.words.tables.waiting import WAITING_TEXTS

TEXTS: dict[str, tuple[str, str]] = {
    **PROFILE_TEXTS,
    **PHRASE_TEXTS,
    **DOCTOR_TEXTS,
    **DISCOVER_TEXTS,
    **CONTEXT_TEXTS,
    **FAULT_TEXTS,
    **RECEIPT_TEXTS,
    **COMMAND_TEXTS,
    **WAITING_TEXTS,
    # The thought's title while it runs and after.
    "thinking": ("Thinking… {seconds} s", "思考中… {seconds} 秒"),
    "thought": ("Thought for {seconds} s · {tokens}", "思考了 {seconds} 秒 · {tokens}"),
    "thought.cut": ("Thought for {seconds} s, then cut off", "思考 {seconds} 秒后中断"),
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
        "模型在思考中就结束了输出，已请求回答，内容如下",
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
    # While a turn runs.
    "nudge.circling": (
        "The model may be going in circles: the same words came up {times} times",
        "模型可能在兜圈子：同样的词句出现了 {times} 次",
    ),
    "nudge": ("{condition}: {evidence}", "{condition}：{evidence}"),
    "condition.failed": (
        "The condition {condition} failed ({problem}) and no longer applies; the turn continues",
        "条件 {condition} 出错（{problem}），已停用；本轮继续",
    ),
    "tokens": ("{number} tokens", "{number} 个词元"),
    "tokens.one": ("{number} token", "{number} 个词元"),
    # What the person wrote.
    "message.empty": (
        "This message has no question. Write one after the tag.",
        "这条消息没有内容，请在标签后写上要问的问题。",
    ),
    "mode.unknown": (
        "There is no mode `{name}`. This profile has: {known}. Edit the message and send it again.",
        "没有 `{name}` 模式。此配置支持的模式：{known}。请修改消息后重新发送。",
    ),
    # The settings panel.
    "settings.profile": ("Profile", "配置"),
    "settings.mode": ("Mode", "模式"),
    "settings.system": ("System prompt", "系统提示词"),
    "settings.temperature": ("Temperature (0 to 2)", "温度（0 到 2）"),
    "settings.top_p": ("Top p (0 to 1)", "Top p（0 到 1）"),
    "settings.max_tokens": ("Max tokens (thought + answer)", "词元上限（思考 + 回答）"),
    "settings.budget": ("Thinking budget (tokens, or a time such as 90s)", "思考预算（词元数，或 90s 这样的时长）"),
    "settings.first_token": ("Timeout: first token", "超时：首个词元"),
    "settings.idle": ("Timeout: no new output", "超时：没有新内容"),
    "settings.total": ("Timeout: whole turn", "超时：整轮"),
    "settings.display": ("Show the thought", "思考的显示方式"),
    "settings.reset": ("Reset everything to the profile's values", "恢复配置默认值"),
    "settings.as_profile": ("from the profile: {value}", "配置默认：{value}"),
    "settings.no_limit": ("no limit", "不限"),
    "settings.none": ("none", "无"),
    "settings.server": ("the server's default", "服务器默认"),
    "settings.blank": (
        "Leave blank for the profile's prompt; enter “-” for none.",
        "留空则采用配置中的提示词，填“-”表示不使用。",
    ),
    "settings.needed": (
        "The model was trained with this system prompt. Leave blank for the profile's prompt; enter “-” for none.",
        "模型训练时使用了这个系统提示词。留空则采用配置中的值，填“-”表示不使用。",
    ),
    "settings.maths": ("Add the maths hint to each question", "在每个问题后附上数学提示"),
    "settings.switched": (
        "From your next message, {name} will answer. It sees the chat so far, but not the thoughts of other models.",
        "从下一条消息起由 {name} 回答。它能看到此前的对话，但看不到其他模型的思考。",
    ),
    "settings.duration": ("For example 30s, 5m, 1h or off.", "例如 30s、5m、1h 或 off。"),
    "settings.display.live": ("live, folded when the answer begins", "实时显示，开始回答后折叠"),
    "settings.display.collapsed": ("folded", "折叠"),
    "settings.display.hidden": ("hidden", "隐藏"),
    "settings.bad": (
        "“{value}” is not valid for “{name}”, so the previous value stays.",
        "“{name}”不能设为“{value}”，已保留原来的值。",
    ),
    "settings.saved": ("Settings saved. They apply from your next message.", "设置已保存，从下一条消息起生效。"),
    # The mode picker in the composer.
    "mode.AUTO": ("Auto", "自动"),
    "mode.FULL": ("Full", "完整"),
    "mode.THINK_ONLY": ("Think only", "仅思考"),
    "mode.NO_THINK": ("No thinking", "不思考"),
    "mode.LOW": ("Think a little", "简短思考"),
    "mode.HIGH": ("Think hard", "深入思考"),
    "mode.about.AUTO": ("use the mode of the system prompt or the profile", "使用系统提示词或配置中的模式"),
    "mode.about.FULL": ("think, then answer", "先思考，再回答"),
    "mode.about.THINK_ONLY": ("stop after the thought", "思考结束即止"),
    "mode.about.NO_THINK": ("answer right away", "直接回答"),
    "mode.about.LOW": ("think briefly, then answer", "简短思考后回答"),
    "mode.about.HIGH": ("think at length, then answer", "深入思考后回答"),
    # The doctor in the page; its findings are in chat/words/tables/doctor.
    "doctor.about": ("Check server, model, template and tokens", "检查服务器、模型、模板和词元"),
    "doctor.examining": ("Checking {name}…", "正在检查 {name}…"),
    "doctor.greeting": (
        "There is a problem with {name}. Type `/doctor` for the full check.",
        "{name} 存在问题。输入 `/doctor` 查看完整检查结果。",
    ),
    # A page that shows a chat which the app does not know, and an app that ends.
    "lost.line": (
        "The app no longer has this chat: the app was restarted, or this page was offline too long. You can still "
        "read and copy the chat, but the model does not see it. Your next message starts a new chat.",
        "应用中已没有这段对话：应用可能重启过，或页面离线太久。你仍可阅读和复制以上内容，但模型看不到。发送"
        "下一条消息将开始新对话。",
    ),
    "lost.button": (
        "This button no longer works: the app no longer has this chat. Send a new message instead.",
        "应用中已没有这段对话，此按钮已失效。请发送新消息。",
    ),
    "lost.edit": (
        "This message can't be edited: the app no longer has it. Send your text as a new message.",
        "无法编辑：应用中已没有这条消息。请将内容作为新消息发送。",
    ),
    "lost.away": (
        "The app is not responding, so your edit was not sent. Try again when it is back.",
        "应用没有响应，修改未发送。请在应用恢复后重试。",
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
    # Below the composer.
    "watermark": ("Models can make mistakes. Check what matters.", "模型可能出错，重要内容请核实。"),
    # Development.
    "reload.broken": (
        "The app does not load after the last edit: `{problem}`. Save a fix; the page reloads by itself.",
        "上次修改后应用无法加载：`{problem}`。修正并保存后，页面会自动刷新。",
    ),
}
