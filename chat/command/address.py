"""The option --base-url of commands."""

from pydantic_core import PydanticCustomError

from chat.launch.trouble import Trouble
from chat.profiles.values import check_address
from chat.words.texts import Language, plain


def check_address_option(base_url: str | None, lang: Language) -> None:
    """Check an address that may be absent.

    Raises:
        Trouble: if it is malformed.
    """
    if base_url is None:
        return
    try:
        check_address(base_url)
    except PydanticCustomError as error:
        raise Trouble(f"--base-url: {plain(f'profile.value_{error.type}', lang, value=base_url)}") from None
