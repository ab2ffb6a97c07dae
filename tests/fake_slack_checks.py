"""What Slack accepts in a message: blocks, texts, arguments. Each check returns what is wrong, nothing when all is well."""

import json
import re
from collections.abc import Iterator
from typing import Any

TEXT_CHARS = 4000
"""What Slack advises, and chat.update insists on."""
CUT_CHARS = 40_000
"""Slack cuts a longer text of a post."""
MARKDOWN_CHARS = 12_000
TABLE_CHARS = 10_000
METADATA_BYTES = 8_000
VIEW_BYTES = 250_000
REQUEST_BYTES = 300_000
"""Of any body; nothing that Slack takes of a bot like ours is larger."""
BLOCKS = {"message": 50, "view": 100}
BLOCK_TEXT_CHARS = 12_000
"""Of all blocks of a message together; above it Slack says msg_blocks_too_long."""
MENTION = re.compile(r"<([!@#][^>]*)>")
_PLAIN, _BOTH = ("plain_text",), ("plain_text", "mrkdwn")
# Block type → keys that may stand in it besides type and block_id.
_KEYS = {
    "section": {"text", "fields", "accessory", "expand"},
    "header": {"text", "level"},
    "context": {"elements"},
    "actions": {"elements"},
    "context_actions": {"elements"},
    "divider": set[str](),
    "input": {"label", "element", "hint", "optional", "dispatch_action"},
    "markdown": {"text"},
    "rich_text": {"elements"},
    "image": {"image_url", "slack_file", "alt_text", "title"},
    "table": {"rows", "column_settings"},
}
_ELEMENTS = {
    "button": {"text", "action_id", "url", "value", "style", "confirm", "accessibility_label"},
    "overflow": {"action_id", "options", "confirm"},
    "static_select": {"action_id", "options", "option_groups", "initial_option", "placeholder", "confirm", "focus_on_load"},
    "radio_buttons": {"action_id", "options", "initial_option", "confirm", "focus_on_load"},
    "checkboxes": {"action_id", "options", "initial_options", "confirm", "focus_on_load"},
    "plain_text_input": {"action_id", "initial_value", "multiline", "min_length", "max_length", "placeholder", "dispatch_action_config", "focus_on_load"},
    "feedback_buttons": {"action_id", "positive_button", "negative_button"},
    "icon_button": {"action_id", "icon", "text", "value", "accessibility_label", "confirm", "visible_to_user_ids"},
    "image": {"image_url", "slack_file", "alt_text"},
}  # fmt: skip
_OPTIONS = {"overflow": 5, "static_select": 100, "radio_buttons": 10, "checkboxes": 10}


def text_faults(text: Any, where: str, most: int = TEXT_CHARS) -> Iterator[str]:
    """Yield what is wrong with a text in UTF-8: no string, too long, half a character, characters that are none."""
    if not isinstance(text, str):
        yield f"{where} is no text: {text!r}"
        return
    if (chars := length(text)) > most:
        yield f"{where} has {chars} characters, most are {most}"
    try:
        text.encode()
    except UnicodeEncodeError:
        yield f"{where} holds half a character and cannot be written as UTF-8"
    if "\0" in text:
        yield f"{where} holds a null character"


def length(text: str) -> int:
    """Return how many characters a text has as Slack may count them, which is by UTF-16: an emoji is two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def size(value: Any) -> int:
    """Return the bytes of a value as JSON in UTF-8."""
    return len(json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass"))


def metadata_faults(metadata: Any) -> Iterator[str]:
    """Yield what is wrong with the metadata of a message."""
    if not isinstance(metadata, dict) or metadata.keys() != {"event_type", "event_payload"}:
        yield f"metadata are not event_type and event_payload: {metadata!r}"
    elif (found := size(metadata)) > METADATA_BYTES:
        yield f"metadata of {found} bytes, most are {METADATA_BYTES}"


def block_faults(blocks: Any, surface: str = "message") -> list[str]:
    """Return what Slack would refuse in these blocks; empty when it takes them."""
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        return ["blocks are no list of objects"]
    found = []
    if len(blocks) > BLOCKS[surface]:
        found.append(f"{len(blocks)} blocks, most are {BLOCKS[surface]}")
    ids = [block["block_id"] for block in blocks if "block_id" in block]
    if len(ids) != len(set(ids)):
        found.append("two blocks have one block_id")
    if sum(block.get("type") == "table" for block in blocks) > 1:
        found.append("more than one table")
    for number, block in enumerate(blocks):
        found += _block(block, f"blocks[{number}]")
    if sum(length(b.get("text", "")) for b in blocks if b.get("type") == "markdown") > MARKDOWN_CHARS:
        found.append(f"markdown blocks of more than {MARKDOWN_CHARS} characters together")
    return found


def block_text_chars(part: Any) -> int:
    """Return the characters of all texts in blocks."""
    if isinstance(part, list):
        return sum(map(block_text_chars, part))
    if not isinstance(part, dict):
        return 0
    own = length(part["text"]) if isinstance(part.get("text"), str) else 0
    return own + sum(block_text_chars(value) for value in part.values())


def pinged(text: str, blocks: list[dict[str, Any]]) -> list[str]:
    """Return who and what a message calls: `@U1`, `!here`, `#C1`. Markdown and plain text call nobody."""
    texts = [text] if not blocks else [*_mrkdwn(blocks)]
    return [mention for one in texts for mention in MENTION.findall(one)]


def view_faults(view: Any) -> list[str]:
    """Return what Slack would refuse in a modal."""
    if not isinstance(view, dict) or view.get("type") != "modal":
        return ["the view is no modal"]
    found = [*_text(view.get("title"), "title", 24, _PLAIN), *block_faults(view.get("blocks"), "view")]
    if (bytes_ := size(view)) > VIEW_BYTES:
        found.append(f"a view of {bytes_} bytes, most are {VIEW_BYTES}")
    for name in ("submit", "close"):
        if name in view:
            found += _text(view[name], name, 24, _PLAIN)
    for name, most in (("callback_id", 255), ("private_metadata", 3000), ("external_id", 255)):
        if name in view:
            found += text_faults(view[name], name, most)
    has_input = any(block.get("type") == "input" for block in view.get("blocks") or [])
    if has_input and "submit" not in view:
        found.append("a modal with an input needs submit")
    return found


def _mrkdwn(part: Any) -> Iterator[str]:
    if isinstance(part, list):
        for value in part:
            yield from _mrkdwn(value)
    elif isinstance(part, dict):
        if part.get("type") == "mrkdwn":
            yield str(part.get("text"))
        for value in part.values():
            yield from _mrkdwn(value)


def _text(value: Any, where: str, most: int, kinds: tuple[str, ...]) -> Iterator[str]:
    if not isinstance(value, dict) or value.get("type") not in kinds:
        yield f"{where} is no text object of {'/'.join(kinds)}: {value!r}"
        return
    extra = set(value) - {"type", "text", "emoji" if value["type"] == "plain_text" else "verbatim"}
    if extra:
        yield f"{where} has unknown keys {sorted(extra)}"
    if not value.get("text"):
        yield f"{where} is empty"
    yield from text_faults(value.get("text"), where, most)


def _id(part: dict[str, Any], name: str, where: str) -> Iterator[str]:
    if name in part:
        yield from text_faults(part[name], f"{where}.{name}", 255)


def _block(block: dict[str, Any], where: str) -> Iterator[str]:
    kind = block.get("type")
    if kind not in _KEYS:
        yield f"{where} is of an unknown type {kind!r}"
        return
    if extra := set(block) - _KEYS[kind] - {"type", "block_id"}:
        yield f"{where} has unknown keys {sorted(extra)}"
    yield from _id(block, "block_id", where)
    if kind == "section":
        yield from _section(block, where)
    elif kind == "header":
        yield from _text(block.get("text"), where, 150, _PLAIN)
    elif kind in ("context", "actions", "context_actions"):
        yield from _row(block, where, kind)
    elif kind == "input":
        yield from _text(block.get("label"), f"{where}.label", 2000, _PLAIN)
        if "hint" in block:
            yield from _text(block["hint"], f"{where}.hint", 2000, _PLAIN)
        yield from _element(block.get("element"), f"{where}.element")
    elif kind == "markdown":
        yield from text_faults(block.get("text"), where, MARKDOWN_CHARS)
    elif kind == "table":
        yield from _table(block, where)
    elif kind == "image":
        yield from _image(block, where)


def _section(block: dict[str, Any], where: str) -> Iterator[str]:
    if "text" not in block and not block.get("fields"):
        yield f"{where} has neither text nor fields"
    if "text" in block:
        yield from _text(block["text"], where, 3000, _BOTH)
    fields = block.get("fields", [])
    if len(fields) > 10:
        yield f"{where} has {len(fields)} fields, most are 10"
    for number, field in enumerate(fields):
        yield from _text(field, f"{where}.fields[{number}]", 2000, _BOTH)
    if "accessory" in block:
        yield from _element(block["accessory"], f"{where}.accessory")


def _row(block: dict[str, Any], where: str, kind: str) -> Iterator[str]:
    elements = block.get("elements")
    most = {"context": 10, "actions": 25, "context_actions": 5}[kind]
    if not isinstance(elements, list) or not 1 <= len(elements) <= most:
        yield f"{where} has no elements or more than {most}"
        return
    ids = [element.get("action_id") for element in elements if element.get("action_id")]
    if len(ids) != len(set(ids)):
        yield f"{where} has two elements with one action_id"
    for number, element in enumerate(elements):
        place = f"{where}.elements[{number}]"
        if kind == "context" and element.get("type") != "image":
            yield from _text(element, place, 3000, _BOTH)
        else:
            yield from _element(element, place)


def _element(element: Any, where: str) -> Iterator[str]:
    kind = element.get("type") if isinstance(element, dict) else None
    if kind not in _ELEMENTS:
        yield f"{where} is of an unknown type {kind!r}"
        return
    if extra := set(element) - _ELEMENTS[kind] - {"type"}:
        yield f"{where} has unknown keys {sorted(extra)}"
    yield from _id(element, "action_id", where)
    if kind == "button":
        yield from _text(element.get("text"), where, 75, _PLAIN)
        yield from text_faults(element.get("value", ""), f"{where}.value", 2000)
        yield from text_faults(element.get("url", ""), f"{where}.url", 3000)
        if element.get("style", "primary") not in ("primary", "danger"):
            yield f"{where} has an unknown style {element['style']!r}"
    if kind in _OPTIONS:
        options = element.get("options", [])
        if not 1 <= len(options) <= _OPTIONS[kind]:
            yield f"{where} has {len(options)} options, most are {_OPTIONS[kind]}"
        for option in options:
            yield from _text(option.get("text"), f"{where}.options", 75, _BOTH)
            yield from text_faults(option.get("value"), f"{where}.options.value", 150)
            if "description" in option:
                yield from _text(option["description"], f"{where}.options.description", 75, _BOTH)
    if "placeholder" in element:
        yield from _text(element["placeholder"], f"{where}.placeholder", 150, _PLAIN)


def _table(block: dict[str, Any], where: str) -> Iterator[str]:
    rows = block.get("rows", [])
    if not 1 <= len(rows) <= 100 or any(len(row) > 20 for row in rows):
        yield f"{where} has no rows, more than 100 or one of more than 20 cells"
    if (chars := block_text_chars(rows)) > TABLE_CHARS:
        yield f"{where} has {chars} characters in its cells, most are {TABLE_CHARS}"


def _image(block: dict[str, Any], where: str) -> Iterator[str]:
    if not block.get("alt_text"):
        yield f"{where} has no alt_text"
    yield from text_faults(block.get("alt_text", ""), f"{where}.alt_text", 2000)
    yield from text_faults(block.get("image_url", ""), f"{where}.image_url", 3000)
