"""The sentences of the doctor, in English and Chinese, side by side: what was checked, what was found, what to do."""

from chat.words.tables.doctor.ends import END_TEXTS
from chat.words.tables.doctor.first_reply import FIRST_REPLY_TEXTS
from chat.words.tables.doctor.prompt import PROMPT_TEXTS
from chat.words.tables.doctor.report import REPORT_TEXTS
from chat.words.tables.doctor.server import SERVER_TEXTS
from chat.words.tables.doctor.stream import STREAM_TEXTS
from chat.words.tables.doctor.tokens import TOKEN_TEXTS

DOCTOR_TEXTS: dict[str, tuple[str, str]] = {
    **SERVER_TEXTS,
    **FIRST_REPLY_TEXTS,
    **PROMPT_TEXTS,
    **TOKEN_TEXTS,
    **END_TEXTS,
    **STREAM_TEXTS,
    **REPORT_TEXTS,
}
