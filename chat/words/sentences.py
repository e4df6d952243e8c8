"""All sentences that a person reads on the page, in English and Chinese."""

from chat.words.tables.command import COMMAND_TEXTS
from chat.words.tables.context import CONTEXT_TEXTS
from chat.words.tables.controls import CONTROL_TEXTS
from chat.words.tables.discover import DISCOVER_TEXTS
from chat.words.tables.doctor import DOCTOR_TEXTS
from chat.words.tables.doors import DOOR_TEXTS
from chat.words.tables.endings import ENDING_TEXTS
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
    **ENDING_TEXTS,
    **DOOR_TEXTS,
    **CONTROL_TEXTS,
    # The thought's title while it runs and after.
    "thinking": ("Thinking… {seconds} s", "思考中… {seconds} 秒"),
    "thought": ("Thought for {seconds} s · {tokens}", "思考了 {seconds} 秒 · {tokens}"),
    "thought.cut": ("Thought for {seconds} s, then cut off", "思考 {seconds} 秒后中断"),
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
    "message.not_sent": (
        "Stopped before the question was sent to the model. Edit the message to send it again.",
        "已停止，问题还没有发给模型。编辑这条消息即可重新发送。",
    ),
    "message.blank_edit": (
        "The message was not changed: it needs a question.",
        "消息没有修改：请写上要问的问题。",
    ),
    "message.command_edit": (
        "The message was not changed: send {command} as a new message.",
        "消息没有修改：请把 {command} 作为新消息发送。",
    ),
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
    # Below the composer.
    "watermark": ("Models can make mistakes. Check what matters.", "模型可能出错，重要内容请核实。"),
    # Development.
    "reload.broken": (
        "The app does not load after the last edit: `{problem}`. Save a fix; the page reloads by itself.",
        "上次修改后应用无法加载：`{problem}`。修正并保存后，页面会自动刷新。",
    ),
}
