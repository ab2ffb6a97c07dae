"""The prompt of a question: rules, earlier turns, numbered clauses, packed so that the answer still fits."""

from llama_index.core.base.llms.types import ChatMessage, LLMMetadata, MessageRole

import prompts
from rag.citation.trail import MARKER
from rag.context.context import Context
from rag.context.fence import indented, turned
from rag.context.passages import packed
from rag.schema import Hit, Question
from rag.server.counter import TokenCounter
from rag.text import Lang

REFUSAL: dict[Lang, str] = {
    "zh": "现有文件中没有找到这个问题的答案。",
    "en": "The documents do not answer this question.",
}
"""What a model is told to say, and what code says, when the evidence is not enough."""
_TURNS = 2
_TURN_CHARS = 500
_SOURCES_SHARE = 0.3
"""Of the room for a prompt; earlier turns that would leave less for the sources are left out."""


def messages_for(
    question: Question, context: Context, model: LLMMetadata, counter: TokenCounter, lang: Lang
) -> tuple[list[ChatMessage], list[Hit]]:
    """Return the prompt and the clauses in the order of their numbers.

    What the clauses, the question and earlier turns say stays data, see `rag.context.fence`.

    Args:
        question: With its history; the oldest turns give way when the clauses would have too little room.
        context: Its hits and what belongs to them; at least one hit.
        model: Its context window and the length of an answer decide what fits.
        counter: Knows how many tokens a text takes at most.
        lang: Of the rules and the answer.
    """
    system = prompts.render(f"system_{lang}", refusal=REFUSAL[lang])
    asked = indented(turned(question.text))
    turns = [
        (indented(turned(u[:_TURN_CHARS])), turned(MARKER.sub("", a[:_TURN_CHARS])))
        for u, a in question.history[-_TURNS:]
    ]
    frame = prompts.render(f"answer_{lang}", passages="", question="")
    room = model.context_window - model.num_output
    while True:
        said = [t for turn in turns for t in turn]
        budget = room - counter.prompt([system, asked, *said, frame])
        if budget >= room * _SOURCES_SHARE or not turns:
            break
        turns = turns[1:]
    passages = packed(context, budget, lang, counter.text)
    sources = "\n\n".join(passage.text for passage in passages)
    user = prompts.render(f"answer_{lang}", passages=sources, question=asked)
    messages = [ChatMessage(content=system, role=MessageRole.SYSTEM)]
    for turn in turns:
        roles = (MessageRole.USER, MessageRole.ASSISTANT)
        messages += [ChatMessage(content=text, role=role) for text, role in zip(turn, roles, strict=True)]
    messages.append(ChatMessage(content=user, role=MessageRole.USER))
    return messages, [passage.hit for passage in passages]
