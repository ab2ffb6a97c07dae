"""How many tokens a text may take, without a tokenizer: the server's is not at hand, and a wrong one is worse than a bound."""

from collections.abc import Iterable

MESSAGE_TOKENS = 8
"""What a chat template adds to each message, and once more to open the answer."""


def estimate_tokens(text: str) -> int:
    """An upper bound on the tokens of Chinese or English text.

    Compared over 216,000 characters of Chinese policy text in pieces of 210, no piece took more with the tokenizers of
    Qwen, DeepSeek, Mistral (both generations) and SmolLM2. SmolLM2, an English model that breaks a Chinese character
    into two, comes within a few per cent of it; Qwen needs about a third. So a program that knows its model's
    `prompt_tokens` may scale the estimate down.

    Returns:
        Tokens, without what a chat template adds; 0 for an empty text.
    """
    halves = sum(_half_tokens(character) for character in text)
    return (halves + 1) // 2


def estimate_prompt_tokens(messages: Iterable[str]) -> int:
    """An upper bound on the tokens of a conversation, its chat template included.

    Args:
        messages: The texts of all messages, system message included.
    """
    return MESSAGE_TOKENS + sum(MESSAGE_TOKENS + estimate_tokens(message) for message in messages)


def _half_tokens(character: str) -> int:
    if character.isascii():
        # Digits, signs and blanks are often tokens of their own; a token of small letters has about four of them.
        return 1 if character.islower() else 2
    if _is_common(character):
        return 4
    # A character that no vocabulary has falls back to its bytes.
    return 2 * len(character.encode("utf-8", "surrogatepass"))


def _is_common(character: str) -> bool:
    if "\u4e00" <= character <= "\u9fff":
        # The first level of GB 2312: the 3,755 characters that daily use needs.
        return "\xb0" <= character.encode("gb2312", "replace").decode("latin-1") < "\xd8"
    return "\u2010" <= character <= "\u303f" or "\uff00" <= character <= "\uffef"
