"""The settings panel and the mode picker: what they offer, and what the person chose."""

from collections.abc import Mapping
from typing import get_args

import chainlit as cl
from chainlit.input_widget import InputWidget, Select, Switch, TextInput

from chat.page.session import Chat
from chat.page.tell import tell
from chat.profiles.profile import THINK_ONLY, Profile
from chat.profiles.settings import AS_PROFILE, OFF, Display, Settings, clock_text, parse
from chat.profiles.shelf import Shelf
from chat.words.sentences import TEXTS
from chat.words.texts import say

PICKER = "mode"


async def offer(chat: Chat) -> None:
    """Puts the panel and the picker on the page, as the chat's settings are now."""
    shelf = chat.shelf()
    chat.offered = shelf.profiles
    profile = shelf.profiles.get(chat.profile_name)
    if profile is None:
        return
    names = {shelf.profiles[name].name: name for name in shelf.profiles}
    await cl.ChatSettings(_widgets(chat, profile, names)).send()
    await cl.context.emitter.set_modes([_picker(chat, profile)])
    await cl.context.emitter.send_window_message({"fullstopProfile": profile.name})


async def follow(chat: Chat, shelf: Shelf) -> None:
    """The page offers what is on the shelf now; where the chat's profile is gone, another one takes its place."""
    if shelf.profiles == chat.offered and chat.profile_name in shelf.profiles:
        return
    if chat.profile_name not in shelf.profiles:
        gone, chat.profile_name = chat.profile_name, next(iter(shelf.profiles), "")
        if gone and chat.profile_name:
            await tell(say("profile.gone", chat.language, name=gone, now=chat.profile_name))
    await offer(chat)


async def take(chat: Chat, values: Mapping[str, object]) -> None:
    """The person confirmed the panel: good values hold from the next message on, bad ones are told."""
    before, chat.profile_name = chat.profile_name, str(values.get("profile") or chat.profile_name)
    chat.settings, bad = (Settings(), []) if values.get("reset") else parse(values, chat.settings)
    await offer(chat)
    for problem in bad:
        await cl.context.emitter.send_toast(say(problem, chat.language), "warning")
    if chat.profile_name != before:
        name = chat.offered[chat.profile_name].name if chat.profile_name in chat.offered else chat.profile_name
        await cl.context.emitter.send_toast(say("settings.switched", chat.language, name=name), "success")
    elif not bad:
        await cl.context.emitter.send_toast(say("settings.taken", chat.language), "success")


async def pick(chat: Chat, modes: Mapping[str, str] | None) -> None:
    """The composer's picker, whose choice comes with each message; the panel follows it."""
    if not modes or PICKER not in modes:
        return
    picked, _ = parse({"mode": modes[PICKER]}, chat.settings)
    if picked != chat.settings:
        chat.settings = picked
        await offer(chat)


def _offered_modes(profile: Profile) -> list[str]:
    return [AS_PROFILE, *(name for name in profile.modes if profile.thinking or name != THINK_ONLY)]


def _mode_name(chat: Chat, mode: str) -> str:
    return say(f"mode.{mode}", chat.language) if f"mode.{mode}" in TEXTS else mode


def _picker(chat: Chat, profile: Profile) -> cl.Mode:
    def option(mode: str) -> cl.ModeOption:
        about = f"mode.about.{mode}"
        return cl.ModeOption(
            id=mode,
            name=_mode_name(chat, mode),
            description=say(about, chat.language) if about in TEXTS else None,
            default=mode == (chat.settings.mode or AS_PROFILE),
        )

    name = say("settings.mode", chat.language)
    return cl.Mode(id=PICKER, name=name, options=[option(mode) for mode in _offered_modes(profile)])


def _widgets(chat: Chat, profile: Profile, names: dict[str, str]) -> list[InputWidget]:
    lang, now = chat.language, chat.settings
    says = {
        "system": profile.messages.system or say("settings.none", lang),
        "temperature": _or_server(chat, profile.sampling.temperature),
        "top_p": _or_server(chat, profile.sampling.top_p),
        "max_tokens": _or_server(chat, profile.sampling.max_tokens),
        "budget": ", ".join(str(each.limit) for each in profile.budgets) or say("settings.no_limit", lang),
        **{name: clock_text(profile.end.clocks, name) for name in ("first_token", "idle", "total")},
    }
    return [
        _select(chat, "profile", names, chat.profile_name),
        Switch(id="reset", label=say("settings.reset", lang), initial=False),
        _select(chat, "mode", _mode_items(chat, profile), now.mode or AS_PROFILE),
        *(_field(chat, name, value, profile) for name, value in says.items()),
        *_maths(chat, profile),
        _select(chat, "display", {say(f"settings.display.{d}", lang): d for d in get_args(Display)}, now.display),
    ]


def _mode_items(chat: Chat, profile: Profile) -> dict[str, str]:
    said = say("settings.as_profile", chat.language, value=profile.default_mode)
    return {said if mode == AS_PROFILE else _mode_name(chat, mode): mode for mode in _offered_modes(profile)}


def _select(chat: Chat, name: str, items: dict[str, str], chosen: str) -> Select:
    return Select(id=name, label=say(f"settings.{name}", chat.language), items=items, initial_value=chosen)


def _maths(chat: Chat, profile: Profile) -> list[InputWidget]:
    """The switch for the profile's hint, where it has one."""
    if not profile.messages.maths_hint:
        return []
    label, hint = say("settings.maths", chat.language), profile.messages.maths_hint
    return [Switch(id="maths", label=label, initial=chat.settings.maths, description=hint)]


def _field(chat: Chat, name: str, said: str, profile: Profile) -> TextInput:
    """A text field: blank stands for the profile's value, which shows behind it."""
    value = getattr(chat.settings, name)
    written = "" if value is None else "off" if value == OFF and name in ("first_token", "idle", "total") else value
    blank = "settings.needed" if profile.messages.system_needed else "settings.blank"
    hint = {"system": blank, "first_token": "settings.duration"}.get(name)
    return TextInput(
        id=name,
        label=say(f"settings.{name}", chat.language),
        initial=f"{written:g}" if type(written) is float else str(written),
        placeholder=say("settings.as_profile", chat.language, value=said),
        multiline=name == "system",
        description=say(hint, chat.language) if hint else None,
    )


def _or_server(chat: Chat, value: float | None) -> str:
    return say("settings.server", chat.language) if value is None else f"{value:g}"
