"""The phrases of `termination` in English and Chinese, side by side. They are facts of other sentences."""

PHRASE_TEXTS: dict[str, tuple[str, str]] = {
    # What the notation of conditions needs at a place, or has there.
    "phrase.condition": ("a condition", "条件"),
    "phrase.argument": ("a text in quotes, a number or a duration", "带引号的文本、数字或时长"),
    "phrase.operator": ("`|`, `&` or a method", "`|`、`&` 或方法"),
    "phrase.another_name": ("another name", "另一个参数名"),
    "phrase.the_end": ("the end", "结尾"),
    "phrase.long_number": ("a number of {bits} bits", "{bits} 位的二进制数"),
    # Why a pattern cannot be used.
    "phrase.unopened": ("`)` was never opened", "`)` 缺少对应的 `(`"),
    "phrase.unclosed": ("`(` is never closed", "`(` 没有闭合"),
    "phrase.unclosed_class": ("`[` is never closed", "`[` 没有闭合"),
    "phrase.unknown_group": ("`(?` begins no known group", "`(?` 后面不是已知的分组写法"),
    "phrase.nothing_to_repeat": ("there is nothing to repeat here", "这里没有可重复的内容"),
    "phrase.minimum": ("the minimum is above the maximum", "最小次数大于最大次数"),
    "phrase.no_range": ("`{text}` is not a range", "`{text}` 不是有效的范围"),
    "phrase.unknown_escape": ("`{text}` is not a known escape", "`{text}` 不是已知的转义"),
    "phrase.digits": ("{size} hexadecimal digits of a character belong here", "此处应为字符的 {size} 位十六进制编码"),
    "phrase.look_ahead": ("look-ahead is not supported", "不支持前瞻"),
    "phrase.look_behind": ("look-behind is not supported", "不支持后顾"),
    "phrase.atomic_group": ("atomic groups are not supported", "不支持原子分组"),
    "phrase.back_reference": ("back-references are not supported", "不支持反向引用"),
    "phrase.conditional": ("conditions are not supported", "不支持条件分支"),
    "phrase.comment": ("comments are not supported", "不支持注释"),
    "phrase.flags": (
        "flags are allowed only at the very start, as `(?i)`, and may be `i`, `m` and `s`",
        "标志只能写在最前面，如 `(?i)`，可用的有 `i`、`m` 和 `s`",
    ),
    "phrase.possessive": ("possessive repeats are not supported", "不支持占有量词"),
    "phrase.octal": (r"octal numbers are not supported; write `\x00`", r"不支持八进制数，请写 `\x00`"),
    "phrase.start_of_text": ("only lines have a start; write `^`", "只能匹配行首，请写 `^`"),
    "phrase.end_of_text": ("only lines have an end; write `$`", "只能匹配行尾，请写 `$`"),
    "phrase.character_name": (
        r"names of characters are not supported; write `\u` and four digits",
        r"不支持字符名称，请写 `\u` 加四位编码",
    ),
    "phrase.long_pattern": ("the pattern is longer than {most} characters", "正则表达式超过 {most} 个字符"),
    "phrase.deep_groups": ("groups are nested deeper than {most}", "分组嵌套超过 {most} 层"),
    "phrase.many_states": (
        "with its repeats written out it needs more than {most} states",
        "展开重复次数后超过 {most} 个状态",
    ),
    "phrase.empty_match": (
        "it matches the empty text, so every turn would end at once",
        "它能匹配空文本，会让每一轮立刻结束",
    ),
    # What a condition has seen.
    "phrase.tokens": ("{number} tokens", "{number} 个词元"),
    "phrase.copies": ("{copies} x {period} characters", "{period} 个字符 x {copies}"),
    "phrase.times": ("{times} times", "{times} 次"),
    # What a condition of a plugin did wrong.
    "phrase.no_watch": (
        "start() returned {value}, which is not a Watch",
        "start() 返回了 {value}，它不是 Watch",
    ),
    "phrase.no_seen": ("it returned {value}, which is not a valid Seen", "返回了 {value}，它不是有效的 Seen"),
}
