"""The names of the page's controls for screen readers, in English and Chinese, side by side."""

CONTROL_TEXTS: dict[str, tuple[str, str]] = {
    "control.new_chat": ("New chat", "新对话"),
    "control.profile": ("Profile", "配置"),
    "control.settings": ("Settings", "设置"),
    "control.send": ("Send message", "发送消息"),
    "control.stop": ("Stop", "停止"),
    "control.edit": ("Edit message", "编辑消息"),
    "control.edit_field": ("Edited message", "修改后的消息"),
    "control.field": ("Message", "消息"),
    "control.theme": ("Switch theme", "切换主题"),
    "control.copy_code": ("Copy code", "复制代码"),
    "control.copy": ("Copy answer", "复制回答"),
    "control.modes": ("Mode", "模式"),
    "control.close": ("Close", "关闭"),
    "control.down": ("Scroll to the end", "滚动到底部"),
    "control.skip": ("Skip to the message field", "跳到消息输入框"),
}
