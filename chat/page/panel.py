"""The settings panel and the mode picker: what they offer, and what the person chose."""

from collections.abc import Mapping
from typing import get_args

import chainlit as cl
from chainlit.input_widget import InputWidget, Select, Switch, TextInput

from chat.page.errors import show_error
from chat.page.session import OFFERING, Chat
from chat.profiles.profile import THINK_ONLY, Profile
from chat.profiles.settings import AS_PROFILE, OFF, Display, Settings, clock_text, parse_settings
from chat.profiles.shelf import Shelf
from chat.words.sentences import TEXTS
from chat.words.texts import say

PICKER = "mode"
TIMEOUTS = ("first_token", "idle", "total")


async def show_panel(chat: Chat) -> None:
    """Put the panel and the picker on the page, as the chat's settings are now."""
    shelf = chat.shelf()
    chat.choice.offered = shelf.profiles
    profile = shelf.profiles.get(chat.choice.profile_name)
    if profile is None:
        return
    names = {shelf.profiles[name].name: name for name in shelf.profiles}
    await cl.ChatSettings(_widgets(chat, profile, names)).send()
    await cl.context.emitter.set_modes([_picker(chat, profile)])
    await cl.context.emitter.send_window_message({"fullstopProfile": profile.name})


async def refresh_panel(chat: Chat, shelf: Shelf) -> None:
    """Show the panel again if the shelf has changed. A chosen profile that is gone is replaced by another one."""
    if shelf.profiles == chat.choice.offered and chat.choice.profile_name in shelf.profiles:
        return
    if chat.choice.profile_name not in shelf.profiles:
        gone, catalogue = chat.choice.profile_name, OFFERING.catalogue()
        present = catalogue.present_key(gone)
        chat.choice.profile_name = present if present in shelf.profiles else catalogue.first
        if gone and present == gone and chat.choice.profile_name:
            await show_error(say("profile.gone", chat.language, name=gone, now=chat.choice.profile_name))
    await show_panel(chat)


async def apply_panel(chat: Chat, values: Mapping[str, object]) -> None:
    """Apply what the person confirmed in the panel: good values from the next message on, bad ones are reported."""
    choice = chat.choice
    before = choice.profile_name
    if (picked := str(values.get("profile") or before)) != before:
        choice.pick(picked)
    choice.settings, bad = (Settings(), []) if values.get("reset") else parse_settings(values, choice.settings)
    await show_panel(chat)
    for problem in bad:
        await cl.context.emitter.send_toast(say(problem, chat.language), "warning")
    if choice.profile_name != before:
        offered = choice.offered.get(choice.profile_name)
        name = offered.name if offered else choice.profile_name
        await cl.context.emitter.send_toast(say("settings.switched", chat.language, name=name), "success")
    elif not bad:
        await cl.context.emitter.send_toast(say("settings.saved", chat.language), "success")


async def apply_picker(chat: Chat, modes: Mapping[str, str] | None) -> None:
    """Apply the choice of the composer's picker, which comes with each message. The panel follows it."""
    if not modes or PICKER not in modes:
        return
    picked, _ = parse_settings({"mode": modes[PICKER]}, chat.choice.settings)
    if picked != chat.choice.settings:
        chat.choice.settings = picked
        await show_panel(chat)


def _offered_modes(profile: Profile) -> list[str]:
    return [AS_PROFILE, *(name for name in profile.modes if profile.thinking or name != THINK_ONLY)]


def _mode_name(chat: Chat, mode: str) -> str:
    """Return the mode's name in the page's language; modes of profiles have only their own names."""
    if f"mode.{mode}" not in TEXTS:
        return mode
    return say(f"mode.{mode}", chat.language)


def _picker(chat: Chat, profile: Profile) -> cl.Mode:
    def option(mode: str) -> cl.ModeOption:
        about = f"mode.about.{mode}"
        return cl.ModeOption(
            id=mode,
            name=_mode_name(chat, mode),
            description=say(about, chat.language) if about in TEXTS else None,
            default=mode == (chat.choice.settings.mode or AS_PROFILE),
        )

    name = say("settings.mode", chat.language)
    return cl.Mode(id=PICKER, name=name, options=[option(mode) for mode in _offered_modes(profile)])


def _widgets(chat: Chat, profile: Profile, names: dict[str, str]) -> list[InputWidget]:
    lang, now = chat.language, chat.choice.settings
    says = {
        "system": profile.messages.system or say("settings.none", lang),
        "temperature": _or_server(chat, profile.sampling.temperature),
        "top_p": _or_server(chat, profile.sampling.top_p),
        "max_tokens": _or_server(chat, profile.sampling.max_tokens),
        "budget": ", ".join(str(each.limit) for each in profile.budgets) or say("settings.no_limit", lang),
        **{name: clock_text(profile.end.clocks, name) for name in TIMEOUTS},
    }
    return [
        _select(chat, "profile", names, chat.choice.profile_name),
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
    """Return the switch for the profile's hint, if it has one."""
    if not profile.messages.maths_hint:
        return []
    label, hint = say("settings.maths", chat.language), profile.messages.maths_hint
    return [Switch(id="maths", label=label, initial=chat.choice.settings.maths, description=hint)]


def _field(chat: Chat, name: str, said: str, profile: Profile) -> TextInput:
    """Return a text field. Blank means the profile's value, which is its placeholder."""
    blank = "settings.needed" if profile.messages.system_needed else "settings.blank"
    hint = {"system": blank, "first_token": "settings.duration"}.get(name)
    return TextInput(
        id=name,
        label=say(f"settings.{name}", chat.language),
        initial=_written(name, getattr(chat.choice.settings, name)),
        placeholder=say("settings.as_profile", chat.language, value=said),
        multiline=name == "system",
        description=say(hint, chat.language) if hint else None,
    )


def _written(name: str, value: object) -> str:
    """Return a value of the settings as the person would type it."""
    if value is None:
        return ""
    if value == OFF and name in TIMEOUTS:
        return "off"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _or_server(chat: Chat, value: float | None) -> str:
    """Return the profile's value, or that the server decides."""
    if value is None:
        return say("settings.server", chat.language)
    return f"{value:g}"
