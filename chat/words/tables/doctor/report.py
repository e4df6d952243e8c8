"""What the doctor says of the report as a whole."""

REPORT_TEXTS: dict[str, tuple[str, str]] = {
    "doctor.made": ("Profile", "配置"),
    "doctor.made.asked": (
        "There is none for `{model}`. The one that is checked was made by asking the server.",
        "没有 `{model}` 的配置，以下检查的是向服务器查询后生成的配置。",
    ),
    "doctor.absent": ("Skipped", "未检查"),
    "doctor.absent.left_out": ("{name}: `{model}` is not available at `{url}`.", "{name}：`{url}` 没有 `{model}`。"),
    "doctor.absent.same_model": (
        "{name}: another profile for `{model}`, like {first}. Give its name to check it.",
        "{name}：与 {first} 一样用于 `{model}`；指定名称即可检查。",
    ),
    "doctor.summary": (
        "Problems found: {problems}. Undecided: {unknown}. Checks in all: {checks}.",
        "发现 {problems} 个问题，{unknown} 项无法判断，共检查 {checks} 项。",
    ),
    "doctor.summary_good": (
        "All good. {checks} checks: {problems} problems, {unknown} undecided.",
        "一切正常。共 {checks} 项检查：{problems} 项有问题，{unknown} 项无法判断。",
    ),
    "doctor.line": ("{title}: {found} {fix}", "{title}：{found}{fix}"),
}
