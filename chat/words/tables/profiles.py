"""What a person reads about a profile that cannot be used, in English and Chinese, side by side."""

PROFILE_TEXTS: dict[str, tuple[str, str]] = {
    # The file.
    "profile.none": (
        "There is no usable profile in the folder `{folder}`. Add a YAML file there.",
        "`{folder}` 文件夹里没有可用的配置，请放入一个 YAML 文件。",
    ),
    "profile.gone": (
        "The profile `{name}` no longer exists; `{now}` is used instead.",
        "配置 `{name}` 已不存在，改用 `{now}`。",
    ),
    "profile.folder": (
        "The folder `{folder}` of `FULLSTOP_PROFILES` cannot be read (`{problem}`). The shipped profiles are used.",
        "无法读取 `FULLSTOP_PROFILES` 指定的文件夹 `{folder}`（`{problem}`），仅使用自带的配置。",
    ),
    "made.line": (
        "There is no profile for `{model}`, so the page asked the server how the model thinks and ends.",
        "没有 `{model}` 的配置，页面已向服务器查询它如何思考、如何结束回复，并据此生成了配置。",
    ),
    "made.findings": ("What the server has shown", "查询结果"),
    "made.save": ("Save as a profile", "保存为配置"),
    "made.used": ("It is used from now on.", "以后将使用此配置。"),
    "made.gone": (
        "This model is no longer served, so its profile cannot be saved.",
        "服务器已不再提供此模型，无法保存配置。",
    ),
    "served.changed": (
        "`{before}` is no longer served. `{now}` answers this question.",
        "服务器已不再提供 `{before}`，本条消息由 `{now}` 回答。",
    ),
    "profile.last_good": ("The last valid version stays in use.", "继续使用上一个有效的版本。"),
    "profile.at_key": ("`{file}:{line}`, `{key}`: {problem}", "`{file}:{line}`，`{key}`：{problem}"),
    "profile.at": ("`{file}:{line}`: {problem}", "`{file}:{line}`：{problem}"),
    "profile.syntax": ("this is not valid YAML (`{problem}`).", "不是有效的 YAML（`{problem}`）。"),
    "profile.unreadable": ("the file cannot be read (`{problem}`).", "文件无法读取（`{problem}`）。"),
    "profile.alias_loop": ("an alias refers to itself; write the value out.", "别名引用了自己；请直接写出它的值。"),
    "profile.not_a_mapping": (
        "a profile consists of keys and values, such as `name: …`.",
        "配置应由键和值组成，例如 `name: …`。",
    ),
    "profile.twice": ("this key appears twice; keep one of them.", "这个键出现了两次，请只保留一个。"),
    "profile.unknown": ("unknown key; remove it.", "未知的键，请删除。"),
    "profile.unknown_near": ("unknown key; did you mean `{near}`?", "未知的键，是不是想写 `{near}`？"),
    "profile.missing": ("the key is missing; add it.", "缺少这个键，请补上。"),
    "profile.mode_missing": ("the mode `{name}` is missing; add it.", "缺少模式 `{name}`，请补上。"),
    "profile.extends_nothing": (
        "there is no profile `{name}` to extend in this folder; write the name of a file without `.yaml`.",
        "此文件夹里没有可继承的配置 `{name}`；请写不带 `.yaml` 的文件名。",
    ),
    "profile.extends_near": (
        "there is no profile `{name}` to extend; did you mean `{near}`?",
        "没有可继承的配置 `{name}`，是不是想写 `{near}`？",
    ),
    "profile.extends_circle": ("the profiles extend each other in a circle: {names}.", "这些配置循环继承：{names}。"),
    "profile.prefix": (
        "the prefix `{prefix}` does not begin with the opening marker `{open}`; put the marker first, or "
        "remove the prefix.",
        "前缀 `{prefix}` 没有以开始标记 `{open}` 开头；请在前面加上标记，或删除前缀。",
    ),
    "profile.mode_name": (
        "`{name}` cannot be written in a `[MODE:…]` tag; the name of a mode consists of capital letters, "
        "digits and `_`.",
        "`{name}` 无法写进 `[MODE:…]` 标签；模式名只能由大写字母、数字和 `_` 组成。",
    ),
    "profile.variable": (
        "the environment variable `{name}` is not set; set it, or write a default as `${{{name}:-…}}`.",
        "环境变量 `{name}` 没有设置；请设置它，或写上默认值 `${{{name}:-…}}`。",
    ),
    "profile.value_number": ("`{value}` is not a number.", "`{value}` 不是数字。"),
    "profile.value_whole": ("`{value}` is not a whole number.", "`{value}` 不是整数。"),
    "profile.value_boolean": ("`{value}` is neither true nor false.", "`{value}` 既不是 true 也不是 false。"),
    "profile.value_text": ("`{value}` is not text.", "`{value}` 不是文本。"),
    "profile.value_mapping": ("`{value}` should be keys and values.", "`{value}` 应是键和值。"),
    "profile.value_list": ("`{value}` should be a list.", "`{value}` 应是列表。"),
    "profile.value_empty_list": ("the list is empty; write at least one item.", "列表是空的；请至少写一项。"),
    "profile.value_choice": ("`{value}` is not one of `{choices}`.", "`{value}` 不在可选值 `{choices}` 之中。"),
    "profile.value_address": (
        "`{value}` is not an address; write one such as `http://localhost:8000/v1`.",
        "`{value}` 不是地址；请写成 `http://localhost:8000/v1` 这样。",
    ),
    "profile.value_address_login": (
        "the address has a login before its `@`; remove it, and set the key in `endpoint.api_key`.",
        "地址的 `@` 前面有登录信息；请删除，并把密钥写到 `endpoint.api_key`。",
    ),
    "profile.value_key": (
        "the key has a line break or another character that cannot be sent (only printable ASCII can); copy it again.",
        "密钥中有换行或其他无法发送的字符（只能使用可打印的 ASCII 字符）；请重新复制。",
    ),
    "profile.value_duration": (
        "`{value}` is not a duration; write 30s, 5m, 1h or off.",
        "`{value}` 不是时长；请写 30s、5m、1h 或 off。",
    ),
    "profile.value_budget": (
        "`{value}` is not a budget; write a number of tokens above 0, or a duration such as 90s.",
        "`{value}` 不是预算；请写大于 0 的词元数，或 90s 这样的时长。",
    ),
    # Conditions in a profile.
    "profile.condition_unknown": (
        "there is no condition `{name}`; available: `{known}`.",
        "没有名为 `{name}` 的条件；可用的有：`{known}`。",
    ),
    "profile.condition_unknown_near": (
        "there is no condition `{name}`; did you mean `{near}`?",
        "没有名为 `{name}` 的条件，是不是想写 `{near}`？",
    ),
    "profile.condition_plugin": (
        "the condition `{name}` cannot be loaded (`{problem}`); install its package, or correct the name.",
        "条件 `{name}` 无法加载（`{problem}`）；请安装它的软件包，或改正名称。",
    ),
    "profile.condition_no_condition": (
        "`{name}` does not return a condition; it has to be a subclass of `termination.Condition`, or a function "
        "that returns one.",
        "`{name}` 返回的不是条件；它应是 `termination.Condition` 的子类，或返回条件的函数。",
    ),
    "profile.condition_refused": (
        "`{name}` does not accept these arguments (`{problem}`).",
        "`{name}` 不接受这些参数（`{problem}`）。",
    ),
    "profile.condition_arguments": (
        "the arguments are wrong; write `{takes}`.",
        "参数不对；写法是 `{takes}`。",
    ),
    "profile.condition_syntax": (
        "this is not a condition: expected {wanted}, found `{found}`. A condition looks like `budget(4096) | loop()`.",
        "不是有效的条件（此处应为：{wanted}；实际为：`{found}`）。条件的写法如 `budget(4096) | loop()`。",
    ),
    "profile.condition_not_notation": (
        "`{value}` is not a condition; write one such as `budget(4096) | loop()`, or off.",
        "`{value}` 不是条件；请写成 `budget(4096) | loop()` 这样，或 off。",
    ),
    "profile.condition_deep": (
        "the condition is nested more than {most} levels deep; use fewer levels.",
        "条件嵌套超过 {most} 层；请减少层数。",
    ),
    "profile.condition_method": (
        "there is no `.{name}()`; use `.during(…)`, `.after(…)` or `.shadow()`.",
        "没有 `.{name}()`；可用的有 `.during(…)`、`.after(…)` 和 `.shadow()`。",
    ),
    "profile.condition_phase": (
        "`{name}` is not a phase; write `thought`, `answer` or `any`.",
        "`{name}` 不是阶段；请写 `thought`、`answer` 或 `any`。",
    ),
    "profile.condition_amount": (
        "`{name}` needs a whole number of tokens such as 4096, or a duration such as 90s, not `{value}`.",
        "`{name}` 需要整数词元数（如 4096）或时长（如 90s），而不是 `{value}`。",
    ),
    "profile.condition_not_positive": (
        "the limit of `{name}` is `{value}`; it has to be above 0.",
        "`{name}` 的上限是 `{value}`，但必须大于 0。",
    ),
    "profile.condition_too_much": (
        "the limit of `{name}` has too many digits; for no limit at all, remove it.",
        "`{name}` 的上限位数太多；不需要上限时，请删除。",
    ),
    "profile.condition_period": (
        "`{name}` needs a duration such as 30s or 5m, not `{value}`.",
        "`{name}` 需要时长（如 30s 或 5m），而不是 `{value}`。",
    ),
    "profile.condition_tokens": (
        "`{name}` needs a number of tokens such as 4096, not `{value}`.",
        "`{name}` 需要词元数（如 4096），而不是 `{value}`。",
    ),
    "profile.condition_no_texts": (
        '`stop` needs a text to stop at, such as `stop("END")`.',
        '`stop` 需要停止文本，如 `stop("END")`。',
    ),
    "profile.condition_not_text": ("`{value}` is not text; put it in quotes.", "`{value}` 不是文本；请加引号。"),
    "profile.condition_empty_text": (
        "a stop text is empty, which would end every turn at once. Write the text, or remove it.",
        "停止文本为空，会让每一轮立刻结束。请写上文本，或将其删除。",
    ),
    "profile.condition_long_text": (
        "the text has {length} characters; at most {most} are allowed. Its beginning is enough.",
        "文本有 {length} 个字符，最多允许 {most} 个。写开头一段即可。",
    ),
    "profile.condition_no_ids": (
        "`stop_ids` needs a token id, such as `stop_ids(151645)`.",
        "`stop_ids` 需要词元编号，如 `stop_ids(151645)`。",
    ),
    "profile.condition_not_id": (
        "`{value}` is not a token id; an id is a whole number, 0 or higher.",
        "`{value}` 不是词元编号；编号是从 0 开始的整数。",
    ),
    "profile.condition_pattern": (
        "the pattern cannot be used; correct it at character {place}: {problem}.",
        "这个正则表达式无法使用，请改正第 {place} 个字符处：{problem}。",
    ),
    "profile.condition_shadow_inside": (
        "`{condition}` is inside `&` or `~`; put `.shadow()` on the whole alternative instead.",
        "`{condition}` 在 `&` 或 `~` 之内；请把 `.shadow()` 加在用 `|` 分隔的整个条件上。",
    ),
    "profile.condition_scope": (
        "`{condition}` cannot look at `{scope}` alone; it looks at `{allowed}`. Write it under `{allowed}`.",
        "`{condition}` 不能只看 `{scope}`，它看的是 `{allowed}`。请写到 `{allowed}` 下面。",
    ),
    "profile.condition_scopes": (
        "`{condition}` contradicts the phase `{outer}` that it is under; remove `.during({inner})`, or move it.",
        "`{condition}` 与它所在的阶段 `{outer}` 矛盾；请删除 `.during({inner})`，或移到对应的阶段。",
    ),
    "profile.condition_after_twice": (
        "`{condition}` is inside another `.after(…)`; keep one of them.",
        "`{condition}` 在另一个 `.after(…)` 之内；请只保留一个。",
    ),
    "profile.condition_at_once": (
        "`{condition}` is true before the first token and would end every turn; combine it with another "
        "condition, using `&`.",
        "`{condition}` 在首个词元之前就成立，会让每一轮立刻结束；请用 `&` 与其他条件组合。",
    ),
    "profile.condition_code": (
        "`{condition}` ends a turn with the code `{code}` or the action `{action}`, which does not exist; "
        "correct its class.",
        "`{condition}` 以 `{code}` 结束，或执行 `{action}`，但没有这样的结束代码或动作；请改正它的类。",
    ),
    "profile.condition_never": (
        "`{condition}` can never be true: one part looks only at the thought, another only at the answer. Join them "
        "with `|`, or remove one.",
        "`{condition}` 永远不会成立：一部分只看思考，另一部分只看回答。请改用 `|` 连接，或删除其中之一。",
    ),
    "profile.value_range": ("`{value}` is out of range: it has to be {bound}.", "`{value}` 超出范围：必须 {bound}。"),
    "profile.value_tag": (
        "the value cannot be read; write it in quotes, without a tag such as `!…`.",
        "这个值无法读取；请加上引号，不要带 `!…` 这样的标签。",
    ),
    "profile.value_other": ("`{value}` is not valid (`{problem}`).", "`{value}` 无效（`{problem}`）。"),
}
