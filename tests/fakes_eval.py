"""Small outcomes and a system that gives them, for the tests of the evaluation."""

from eval.cases import Case, Gold
from eval.outcome import Cost, Outcome, Passage, Quote
from rag.errors import ModelUnavailable
from rag.schema import Notice, Question

TITLE = "甲市数据办法"


def make_case(**fields) -> Case:
    blank = {
        "id": "a-1",
        "type": "lookup",
        "question": "数据能用几年？",
        "history": (),
        "gold": (Gold(TITLE, "第一条", "有效期五年"),),
        "also_right": (),
        "key_facts": (("5年", "五年"),),
        "answer": "能用5年。",
        "difficulty": "easy",
        "nearest": (),
    }
    return Case(**{**blank, **fields})


def unanswerable(**fields) -> Case:
    return make_case(**{"type": "unanswerable", "gold": (), "key_facts": (), "answer": "没有写。", **fields})


def make_passage(locator: str, title: str = TITLE, text: str = "", score: float = 1.0) -> Passage:
    """A clause whose text names its locator; an empty locator gives a window, which is right by its text alone."""
    return Passage(title, locator, text or f"{locator}的内容，有效期五年。", score)


def make_quote(locator: str, quote: str = "", n: int = 1, title: str = TITLE, text: str = "") -> Quote:
    """A citation; without words of its own it quotes the beginning of `make_passage(locator)`."""
    return Quote(n, make_passage(locator, title, text), quote or f"{locator}的内容")


def make_outcome(
    text: str = "能用5年[1]。",
    found: tuple[str, ...] = ("第一条",),
    cited: tuple[str, ...] = ("第一条",),
    **fields,
) -> Outcome:
    """An answer that finds and cites clauses by their locators; the n-th cited one has marker [n]; fields replace any of it."""
    blank = {
        "hits": tuple(map(make_passage, found)),
        "cost": Cost(0.1),
        "verdict": "answered",
        "text": text,
        "quotes": tuple(make_quote(locator, n=n) for n, locator in enumerate(cited, 1)),
        "confidence": 0.9,
        "model": "extractive",
        "prompt_version": "p1",
    }
    return Outcome(**{**blank, **fields})


def found_only(*locators: str) -> Outcome:
    """What a system that only finds gives."""
    return Outcome(tuple(map(make_passage, locators)), Cost(0.1))


def make_notice(code: str, text: str = "请核对。") -> Notice:
    return Notice(code, text)


class FakeSystem:
    """Gives outcomes from a table by question; a question that is not in it finds the model's server down."""

    def __init__(self, outcomes: dict[str, Outcome], **about: object) -> None:
        self.outcomes = outcomes
        self.asked: list[Question] = []
        self._about = about or {"system": "fake"}

    def ask(self, question: Question) -> Outcome:
        self.asked.append(question)
        if question.text not in self.outcomes:
            raise ModelUnavailable("No Ollama server answers.", fix="ollama serve")
        return self.outcomes[question.text]

    def about(self) -> dict[str, object]:
        return dict(self._about)
