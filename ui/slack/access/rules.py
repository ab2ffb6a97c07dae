"""Who may ask the Slack bot what: a TOML file that an administrator writes, named by `POLICYQA_SLACK_RULES`.

Without a file every channel and every member of the token's own workspace may ask about the public documents.
"""

import re
import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StrictInt,
    StrictStr,
    ValidationError,
    model_validator,
)
from pydantic_core import PydanticCustomError

from rag.errors import FilterError, SettingsError
from rag.hit.filters import FILTERS, check_filters
from ui.slack.access.rules_error import PAGE, nearest, refused, wrong

_KINDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "workspace": ("TE", "the part that begins with T in the address of Slack in a browser"),
        "channel": ("CG", "click the channel's name; the id stands at the bottom of About"),
        "user": ("UW", "open the person's profile, ⋮, Copy member ID"),
        "user group": ("S", "People, User groups, ⋮, Copy group ID"),
    }
)
"""What has an id in Slack → the letters that it begins with, and where to read it."""
_GROUP = re.compile(r"[\w.\-]{1,60}")


def _id(kind: str) -> AfterValidator:
    letters, place = _KINDS[kind]

    def check(value: str) -> str:
        if re.fullmatch(rf"[{letters}][A-Z0-9]+", value):
            return value
        raise wrong(
            f"is not the id of a {kind}", f"write the id, which begins with {' or '.join(letters)}: {place}"
        )

    return AfterValidator(check)


def _group(value: str) -> str:
    if value == "public":
        raise wrong("is no group", "leave it out: public documents are shown unless public = false")
    if not _GROUP.fullmatch(value):
        raise wrong("is not the name of a group", 'write it as in the visibility of documents: "法规处"')
    return value


def _texts(values: Any) -> Any:
    """TOML has numbers and dates of its own, which filters know as text."""
    if not isinstance(values, dict):
        return values
    return {
        k: str(v) if isinstance(v, int | date) and not isinstance(v, bool) else v for k, v in values.items()
    }


def _filters(values: dict[str, str]) -> dict[str, str]:
    try:
        check_filters(values, None)
    except FilterError as error:
        # What is wrong is one key or its value; the others would hide it in the message.
        key = next(k for k in values if k not in FILTERS or not _is_sound(k, values[k]))
        fix = nearest(key, FILTERS) if key not in FILTERS else error.fix
        raise PydanticCustomError(
            "filter", "{what}", {"what": error.message, "fix": fix, "below": key}
        ) from error
    if empty := next((k for k, v in values.items() if not v.strip()), None):
        raise PydanticCustomError(
            "filter",
            "{what}",
            {"what": f"{empty} has no value.", "fix": f"leave out {empty}", "below": empty},
        )
    return values


def _is_sound(key: str, value: str) -> bool:
    try:
        check_filters({key: value}, None)
    except FilterError:
        return False
    return True


def _named(value: str) -> str:
    if not value.strip():
        raise wrong("names nothing", "write a title, or leave it out")
    return value


WorkspaceId = Annotated[StrictStr, _id("workspace")]
ChannelId = Annotated[StrictStr, _id("channel")]
UserId = Annotated[StrictStr, _id("user")]
UserGroupId = Annotated[StrictStr, _id("user group")]
Group = Annotated[StrictStr, AfterValidator(_group)]
Named = Annotated[StrictStr, AfterValidator(_named)]
Pace = Annotated[StrictInt, Field(ge=1, le=10_000)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Limits(_Table):
    """Questions a minute."""

    user_per_minute: Pace = 10
    """Of one person, in all channels together."""
    channel_per_minute: Pace = 30
    """In one channel, of all its people together."""


class ChannelRules(_Table):
    """What holds in one channel only."""

    filters: Annotated[dict[str, StrictStr], BeforeValidator(_texts), AfterValidator(_filters)] = Field(
        default_factory=dict
    )
    """As `--filter` of the command line; every question of the channel is limited by them."""
    documents: tuple[Named, ...] = ()
    """Titles or ids. With `sources`: the channel searches these documents and those of these files; without both, all."""
    sources: tuple[Named, ...] = ()
    """Names of source files, as `policyqa documents --json` has them."""
    groups: tuple[Group, ...] = ()
    """Groups whose documents, which are not public, may be shown here to everyone in the channel."""
    public: StrictBool = True
    """False shows the documents of the groups only."""
    person_group: UserGroupId | None = None
    """User group that "ask a person" mentions here; None for that of all channels."""
    channel_per_minute: Pace | None = None
    """None for that of all channels."""

    @model_validator(mode="after")
    def _shows_something(self) -> "ChannelRules":
        if not self.public and not self.groups:
            raise wrong(
                "public is false and there are no groups, so nothing could be shown there",
                'add groups = ["…"]',
            )
        return self


_NO_RULES = ChannelRules()


class Rules(_Table):
    """The whole file, checked; everything in it may be left out."""

    allowed_workspaces: Annotated[tuple[WorkspaceId, ...], Field(min_length=1)] | None = None
    """None for the workspace that the token belongs to."""
    allowed_channels: tuple[ChannelId, ...] | None = None
    """None for every channel that the bot was invited to; direct messages are no channels."""
    allowed_users: Annotated[tuple[UserId, ...], Field(min_length=1)] | None = None
    """None for everyone."""
    denied_users: tuple[UserId, ...] = ()
    """May not ask although they are allowed."""
    direct_messages: StrictBool = True
    command: StrictBool = True
    """Whether `/policy` is answered."""
    person_group: UserGroupId | None = None
    """User group that "ask a person" mentions; None offers no such button."""
    limits: Limits = Limits()
    channels: dict[ChannelId, ChannelRules] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _channels_are_allowed(self) -> "Rules":
        left_out = [c for c in self.channels if not self.allows_channel(c)]
        if left_out:
            raise PydanticCustomError(
                "channel",
                "{what}",
                {
                    "what": f"[channels.{left_out[0]}] has no effect: the channel is not among allowed_channels",
                    "fix": f'add "{left_out[0]}" to allowed_channels, or take the table out',
                    "below": f"channels {left_out[0]}",
                },
            )
        return self

    def channel(self, channel: str) -> ChannelRules:
        """Return what holds in a channel; nothing special for one that has no table, and for direct messages."""
        return self.channels.get(channel, _NO_RULES)

    def allows_channel(self, channel: str) -> bool:
        """Tell whether questions are answered in a channel."""
        return self.allowed_channels is None or channel in self.allowed_channels

    def allows_user(self, user: str) -> bool:
        """Tell whether a person may ask."""
        return user not in self.denied_users and (self.allowed_users is None or user in self.allowed_users)


def load_rules(path: Path | None) -> Rules:
    """Read the file of rules.

    Args:
        path: None for no file, and so the rules that hold without one.

    Raises:
        SettingsError: The file cannot be read, is no TOML, or has an unknown key or a wrong value; with the line, the key and the fix.
    """
    if path is None:
        return Rules()
    text = _read(path)
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path} is not TOML: {error}.", fix=f'write lines such as denied_users = ["U0123"]; see {PAGE}', chinese=(f"{path} 不是 TOML：{error}。", f'请写成 denied_users = ["U0123"] 这样的行；见 {PAGE}')) from error  # fmt: skip
    try:
        return Rules.model_validate(values)
    except ValidationError as error:
        fields = {
            "": Rules.model_fields,
            "limits": Limits.model_fields,
            "channels": ChannelRules.model_fields,
        }
        raise refused(error, path, text, fields) from error


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise SettingsError(f"There is no file {path}, which POLICYQA_SLACK_RULES names.", fix="write it, or unset POLICYQA_SLACK_RULES", chinese=( f"没有 POLICYQA_SLACK_RULES 所指的文件 {path}。", "写好该文件，或取消 POLICYQA_SLACK_RULES", )) from error  # fmt: skip
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path} is not UTF-8 text.", fix=f"save {path} as UTF-8", chinese=(f"{path} 不是 UTF-8 文本。", f"把 {path} 存为 UTF-8")) from error  # fmt: skip
    except OSError as error:
        raise SettingsError(f"{path} cannot be read: {error.strerror}.", fix="correct POLICYQA_SLACK_RULES", chinese=(f"无法读取 {path}：{error.strerror}。", "更正 POLICYQA_SLACK_RULES")) from error  # fmt: skip
