"""The words around a place in a line: the end of a sentence, a quotation, a word that is talked about."""

import re
from functools import cache

from termination.splitting.code import WINDOW

ENDS = frozenset(".!?。！？…")
_CLOSERS = "\"'”’)]}*_」』）】》»"
_CJK = ("\u1100-\u11ff", "\u2e80-\u9fff", "\uac00-\ud7af", "\uf900-\ufaff", "\uff66-\uff9f", "\U00020000-\U0003ffff")
_SPACED = rf"[^\W{''.join(_CJK)}]"  # a letter or digit of a language that puts spaces between words
_LEADS = re.compile(r"[\s:：|*=()\[\]{}（）【】「」『』《》〈〉]+\Z")
_SIGNS = re.compile("[\u200d\ufe0f\u2190-\u2bff\U0001f000-\U0001faff\\s]+\\Z")
_NUMBER = re.compile(r"\s*\d{1,9}\.\Z")
_PAIRS = {"“": "”", "„": "“", "‘": "’", "«": "»", "‹": "›", "「": "」", "『": "』", '"': '"', "'": "'"}
_PAIRS["<code>"] = "</code>"
_STRAIGHT = ('"', "'")
_SUBJECT = re.compile(r"[^\S\n]+(?:\(?[a-z]|[-–—=+/&]+ )|[^\S\n]*[,;:，、；：)）”]")
_CHINESE_SUBJECT = re.compile(r"[^\S\n]*(?:是(?![的。，,！!吗])|表示|用于|用来|标签|标记|代表|意味|作为)")
_DEFINES = re.compile(
    r"[^\S\n]+(?:(?:opens|begins|starts|marks) |and <|is (?:the|an?) (?:\w{1,12} ){0,2}(?:tag|token|marker))"
)
_MAY_DEFINE = re.compile(
    r"[^\S\n]*(?:o(?:p(?:e(?:ns?)?)?)?|b(?:e(?:g(?:i(?:ns?)?)?)?)?|s(?:t(?:a(?:r(?:ts?)?)?)?)?|m(?:a(?:r(?:ks?)?)?)?"
    r"|a(?:n(?:d ?)?)?|i(?:s(?: [\w ]{0,40})?)?|[是表用标代意作][^\n]{0,1})?\Z"
)
_SUBJECT_LENGTH = 6  # characters that are enough to know


def is_cjk(character: str) -> bool:
    """True for a character of Chinese, Japanese or Korean."""
    return any(span[0] <= character <= span[-1] for span in _CJK)


def is_within_word(before: str, after: str) -> bool:
    """True between two letters or digits, neither of which is Chinese, Japanese or Korean."""
    ends = before[-1:], after[:1]
    return all(each.isalnum() and not is_cjk(each) for each in ends)


def ends_sentence(before: str) -> bool:
    """True if a sentence ends here, within quotation marks or brackets too.

    >>> ends_sentence("I do."), ends_sentence("**Yes!**"), ends_sentence("I do")
    (True, True, False)
    """
    return before.rstrip(_CLOSERS)[-1:] in ENDS and not _NUMBER.match(before)


def leads_up(before: str) -> bool:
    """True if the line leads up to what is its last word.

    >>> leads_up("It ends with "), leads_up("结束："), leads_up("* "), leads_up("Yes. "), leads_up("好的")
    (True, True, True, False, False)
    """
    found = _LEADS.search(before)
    if found is None:
        return False
    words = before[: found.start()]
    if not words:  # only marks, as of a list or a table
        return before.strip() != ""
    words = _SIGNS.sub("", words) or words
    return words[-1] not in ENDS or _NUMBER.match(words) is not None


def is_subject(rest: str, over: bool) -> bool | None:
    """True if a line that begins with a marker talks about it, if `rest` follows; None if more has to come.

    >>> is_subject(" ends a thought.", True), is_subject(" Yes.", True), is_subject("是结束标记", True)
    (True, False, True)
    """
    words = rest.lstrip(" \t")
    if not over and "\n" not in rest and len(words) < _SUBJECT_LENGTH:
        return None
    return bool(_SUBJECT.match(rest) or _CHINESE_SUBJECT.match(rest))


def is_defined(rest: str, over: bool) -> bool | None:
    """True if a reply that begins with an opening marker says what it is; None if more has to come.

    >>> is_defined(" opens a thought.", True), is_defined(" okay, so", False)
    (True, False)
    """
    if not over and _MAY_DEFINE.match(rest):
        return None
    return bool(_DEFINES.match(rest) or _CHINESE_SUBJECT.match(rest))


def is_quoted(before: str, rest: str, over: bool) -> bool | None:
    """True between quotation marks of one line; None if more has to come to know.

    >>> is_quoted('what "', '" means', True), is_quoted("it's ", "'", True), is_quoted("“It ", " is”", True)
    (True, False, True)
    """
    opened = _open_quotes(before)
    if not opened:
        return False
    window, newline, _ = rest[:WINDOW].partition("\n")
    if any(_closes(mark, window) for mark in opened):
        return True
    return False if over or newline or len(rest) >= WINDOW else None


def is_wrapped(before: str, rest: str) -> bool:
    """True directly between two backticks or two quotation marks."""
    mark = before[-1:]
    return mark != "" and rest.startswith("`" if mark == "`" else _PAIRS.get(mark, "\n"))


@cache
def _straight(mark: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return the patterns for an opening and a closing quotation mark. Compiled at need: it takes milliseconds."""
    if mark == '"':
        return re.compile(rf'(?<!{_SPACED})"'), re.compile(r'"(?![A-Za-z0-9])')
    return re.compile(rf"(?<!{_SPACED})'(?=\S|\Z)"), re.compile(rf"'(?!{_SPACED})")


def _open_quotes(before: str) -> list[str]:
    """Return the quotation marks that are open at the end of a line."""
    opened = [mark for mark, end in _PAIRS.items() if mark != end and before.rfind(mark) > before.rfind(end)]
    return opened + [mark for mark in _STRAIGHT if mark in before and _is_open(mark, before)]


def _is_open(mark: str, before: str) -> bool:
    opening, closing = _straight(mark)
    at, is_open = 0, False
    while found := (closing if is_open else opening).search(before, at):
        at, is_open = found.end(), not is_open
    return is_open


def _closes(mark: str, window: str) -> bool:
    """True if the quotation ends in the window; a straight mark with a space before it opens another one."""
    if mark not in _STRAIGHT:
        return _PAIRS[mark] in window
    return any(not window[: found.start()].endswith(" ") for found in _straight(mark)[1].finditer(window))
