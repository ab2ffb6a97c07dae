"""Small answers and an assistant that gives them, for the tests of the evaluation."""

from eval.cases import Case, Gold
from rag.errors import ModelUnavailable
from rag.schema import Answer, Citation, Clause, Filters, Hit, Question, Retrieval, Verdict

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


def make_hit(locator: str, title: str = TITLE, text: str = "") -> Hit:
    clause = Clause(
        f"{title}:{locator}", title, title, locator, locator, text or f"{locator}的内容。", 1, 1, 0
    )
    return Hit(clause, 1.0)


def make_citation(locator: str, quote: str = "", title: str = TITLE) -> Citation:
    return Citation(1, f"{title}:{locator}", title, locator, None, quote or f"{locator}的内容")


def make_answer(
    text: str = "能用5年[1]。",
    found: tuple[str, ...] = ("第一条",),
    cited: tuple[str, ...] = ("第一条",),
    verdict: Verdict = "answered",
) -> Answer:
    retrieval = Retrieval(tuple(map(make_hit, found)), Filters(), 0.01)
    return Answer(verdict, text, tuple(map(make_citation, cited)), (), (), retrieval, "extractive", "p1")


class FakeAssistant:
    """Answers from a table; a question that is not in it finds the model server down."""

    def __init__(self, answers: dict[str, Answer]) -> None:
        self.answers = answers
        self.asked: list[Question] = []

    def ask(self, question: Question) -> Answer:
        self.asked.append(question)
        if question.text not in self.answers:
            raise ModelUnavailable("No Ollama server answers.", fix="ollama serve")
        return self.answers[question.text]
