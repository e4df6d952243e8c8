"""The sentences of the command line, in English and Chinese, side by side."""

COMMAND_TEXTS: dict[str, tuple[str, str]] = {
    "command.no_profile": (
        "There is no profile {name}. Write the path of a YAML file, or one of: {known}.",
        "没有配置 {name}。请写 YAML 文件的路径，或以下名称之一：{known}。",
    ),
    "command.no_profiles": (
        "There is no usable profile in {folder}. Name one with --profile.",
        "{folder} 中没有可用的配置。请用 --profile 指定一个。",
    ),
    "command.no_mode": (
        "There is no mode {name}. The modes of this profile are: {known}.",
        "没有模式 {name}。此配置的模式有：{known}。",
    ),
    "command.unreadable": ("Standard input cannot be read: {problem}", "无法读取标准输入：{problem}"),
    "command.unwritable": ("The output cannot be written: {problem}", "无法写入输出：{problem}"),
    "ask.no_question": (
        "There is no question. Write it after the command, or send it to standard input.",
        "没有问题。请把问题写在命令后面，或通过标准输入传入。",
    ),
    "ask.corrected": (
        "The answer was cut back after it was printed: {kept} of {printed} characters remain. The last lines of the "
        "output are the whole answer",
        "回答在输出之后被截短：{printed} 个字符中只保留 {kept} 个。输出的最后部分是完整的回答",
    ),
}
