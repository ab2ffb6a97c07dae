"""Many questions from a file."""

import json

import pytest
from test_shapes import ANSWER_KEYS, SEARCH_KEYS

from rag.errors import FilterError, MissingPath, PolicyQAError
from rag.schema import Question
from ui.batch import read_question, run_batch


def echo(case_id, question):
    if "错" in question.text:
        raise FilterError("No filter 'x'.", fix="use one of region")
    return {"id": case_id, "question": question}


def plain(case_id, question):
    return {"id": case_id, "text": question.text}


@pytest.fixture
def batch(tmp_path):
    """Run a batch of lines and return its results and how many failed."""

    def _batch(*lines, answer=plain):
        source = tmp_path / "in.jsonl"
        source.write_text(
            "\n".join(x if isinstance(x, str) else json.dumps(x) for x in lines), encoding="utf-8"
        )
        failed = run_batch(source, tmp_path / "out.jsonl", answer, lambda stage, done, total: None)
        text = (tmp_path / "out.jsonl").read_text(encoding="utf-8")
        return [json.loads(line) for line in text.splitlines()], failed

    return _batch


def test_results_come_in_the_order_of_the_questions(batch):
    rows, failed = batch(*({"id": i, "question": f"问{i}"} for i in (3, 1, 2)))
    assert rows == [{"id": i, "text": f"问{i}"} for i in (3, 1, 2)]
    assert failed == 0


@pytest.mark.parametrize("case_id", ["a", "", 0, 1.5, None, True, [1], {"k": "v"}, "号"], ids=repr)
def test_an_id_of_any_type_comes_back_as_it_was(batch, case_id):
    rows, _ = batch({"id": case_id, "question": "问"})
    assert rows[0]["id"] == case_id
    assert type(rows[0]["id"]) is type(case_id)


def test_a_line_without_an_id_has_null(batch):
    assert batch({"question": "问"})[0] == [{"id": None, "text": "问"}]


def test_history_filters_and_date_reach_the_question():
    row = {
        "id": 1,
        "question": "那罚多少？",
        "history": [["问", "答"]],
        "filters": {"issue_no": 37},
        "as_of": "2024-01-31",
    }
    assert read_question(row) == Question("那罚多少？", (("问", "答"),), {"issue_no": "37"}, "2024-01-31")


@pytest.mark.parametrize("empty", [None, [], {}], ids=repr)
def test_optional_keys_may_be_null_or_empty(empty):
    row = {"id": 1, "question": "问", "history": empty, "filters": empty, "as_of": None}
    assert read_question(row) == Question("问")


BAD = [
    pytest.param("{", "line 2: ", None, id="half a line"),
    pytest.param("[1]", 'must be {"id"', None, id="a list"),
    pytest.param('{"id": 9}', 'must be {"id"', 9, id="no question"),
    pytest.param('{"id": 9, "question": 5}', 'must be {"id"', 9, id="a number for a question"),
    pytest.param(
        '{"id": 9, "question": "问", "history": 5}', '"history" must', 9, id="a number for a history"
    ),
    pytest.param(
        '{"id": 9, "question": "问", "history": {"问": "答"}}', '"history" must', 9, id="an object for one"
    ),
    pytest.param('{"id": 9, "question": "问", "history": [["问"]]}', '"history" must', 9, id="half a turn"),
    pytest.param(
        '{"id": 9, "question": "问", "history": [["问", 1]]}', '"history" must', 9, id="a number for a reply"
    ),
    pytest.param(
        '{"id": 9, "question": "问", "filters": "region"}', '"filters" must', 9, id="a text for filters"
    ),
    pytest.param(
        '{"id": 9, "question": "问", "as_of": 20240131}', '"as_of" must', 9, id="a number for a date"
    ),
    pytest.param('{"id": 9, "question": "\\ud800"}', "half a character", 9, id="half a character"),
    pytest.param(
        '{"id": "\\ud800", "question": "错"}', "half a character", "\ud800", id="half a character for an id"
    ),
    pytest.param(
        '{"id": 9, "question": "错"}', "No filter 'x'. Fix: use one of region", 9, id="a refused filter"
    ),
    pytest.param("[" * 100_000, "line 2: ", None, id="nested without end"),
]


@pytest.mark.parametrize(("line", "message", "case_id"), BAD)
def test_a_bad_line_says_why_and_the_rest_is_done(batch, line, message, case_id):
    good = {"id": "g", "question": "问"}
    rows, failed = batch(good, line, good, answer=lambda i, q: {"id": echo(i, q)["id"]})
    assert rows[0] == rows[2] == {"id": "g"}
    assert set(rows[1]) == {"id", "error"}
    assert rows[1]["id"] == case_id
    assert message in rows[1]["error"]
    assert failed == 1


def test_a_bug_is_not_taken_for_a_bad_line(batch):
    def broken(case_id, question):
        raise KeyError("legs")

    with pytest.raises(KeyError):
        batch({"id": 1, "question": "问"}, answer=broken)


def test_blank_lines_and_a_byte_order_mark_are_passed_over(batch):
    rows, failed = batch('\ufeff{"id": 1, "question": "问"}', "", "   ", '{"id": 2, "question": "问"}\r', "")
    assert [row["id"] for row in rows] == [1, 2]
    assert failed == 0


def test_a_line_separator_inside_a_question_does_not_end_its_line(batch):
    rows, failed = batch('{"id": 1, "question": "前\u2028后"}')
    assert (rows[0]["text"], failed) == ("前\u2028后", 0)


def test_an_empty_file_gives_an_empty_file(batch):
    assert batch("") == ([], 0)


def test_each_result_is_on_disk_before_the_next_question(tmp_path):
    source, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text('{"id": 1, "question": "问"}\n' * 3, encoding="utf-8")
    sizes = []

    def answer(case_id, question):
        sizes.append(len(out.read_text(encoding="utf-8").splitlines()))
        return {"id": case_id}

    run_batch(source, out, answer, lambda *_: None)
    assert sizes == [0, 1, 2]


def test_progress_tells_how_many_are_done(tmp_path):
    source, seen = tmp_path / "in.jsonl", []
    source.write_text('{"id": 1, "question": "问"}\n' * 2, encoding="utf-8")
    run_batch(source, tmp_path / "o", plain, lambda *state: seen.append(state))
    assert seen == [("ask", 0, 2), ("ask", 1, 2), ("ask", 2, 2)]


@pytest.mark.parametrize("name", ["没有.jsonl", "."], ids=["missing", "a folder"])
def test_a_file_that_cannot_be_read_is_an_error_with_its_fix(tmp_path, name):
    with pytest.raises(MissingPath, match="Cannot read") as caught:
        run_batch(tmp_path / name, tmp_path / "out", plain, lambda *_: None)
    assert "UTF-8" in caught.value.fix


def test_a_file_in_another_encoding_is_an_error_with_its_fix(tmp_path):
    (tmp_path / "in").write_bytes('{"id": 1, "question": "登记"}'.encode("gb18030"))
    with pytest.raises(MissingPath, match="Cannot read"):
        run_batch(tmp_path / "in", tmp_path / "out", plain, lambda *_: None)
    assert not (tmp_path / "out").exists()


def test_a_place_that_cannot_be_written_is_an_error_with_its_fix(tmp_path):
    (tmp_path / "in").write_text("", encoding="utf-8")
    with pytest.raises(PolicyQAError, match="Cannot write") as caught:
        run_batch(tmp_path / "in", tmp_path / "none" / "out", plain, lambda *_: None)
    assert caught.value.fix


LINES = [
    {"id": "a", "question": "登记凭证的有效期是几年？"},
    {"id": "b", "question": "目录多久更新一次", "filters": {"region": "贵州"}},
    {"id": "c", "question": "那罚多少？", "history": [["同时代理交易双方可以吗", "不可以。"]]},
    {"id": "d", "question": "有效期", "filters": {"color": "red"}},
    {"id": "e", "question": "凭证有效期", "as_of": "2031-01-01"},
    {"id": "f", "question": "凭证有效期", "as_of": "31.1.2024"},
]


@pytest.fixture
def questions(tmp_path):
    path = tmp_path / "questions.jsonl"
    path.write_text("".join(json.dumps(x, ensure_ascii=False) + "\n" for x in LINES), encoding="utf-8")
    return path


def test_search_answers_a_batch_line_by_line(call, collection, questions, tmp_path):
    done = call("search", "--batch", questions, "--out", tmp_path / "o", "--limit", 3, "--data", collection)
    rows = [json.loads(x) for x in (tmp_path / "o").read_text(encoding="utf-8").splitlines()]
    assert done.status == 1
    assert done.out == ""
    assert "2 lines failed" in done.err
    assert [row["id"] for row in rows] == list("abcdef")
    assert [list(row) for row in rows if "hits" in row] == [SEARCH_KEYS] * 4
    assert all(len(row["hits"]) <= 3 for row in rows if "hits" in row)
    assert {hit["title"][:2] for hit in rows[1]["hits"]} == {"贵州"}
    assert rows[1]["filters"]["explicit"] == {"region": "贵州"}
    assert rows[2]["hits"][0]["label"] in ("第九条", "第十条")
    assert "No filter 'color'" in rows[3]["error"]
    # The measure ended in 2029.
    assert "青岛" not in {hit["title"][:2] for hit in rows[4]["hits"]}
    assert "Not a date" in rows[5]["error"]


def test_ask_answers_a_batch_on_stdout(call, collection, tmp_path):
    (tmp_path / "in").write_text(json.dumps(LINES[0]), encoding="utf-8")
    done = call("ask", "--batch", tmp_path / "in", "--out", "-", "--data", collection)
    assert done.status == 0
    assert list(done.json) == ANSWER_KEYS
    assert done.json["verdict"] == "answered"
    assert done.json["citations"][0]["locator"] == "第二章/第七条"


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["--batch", "in.jsonl"], id="no place for the results"),
        pytest.param(["问题", "--batch", "in.jsonl", "--out", "o"], id="a question as well"),
        pytest.param(
            ["--batch", "in.jsonl", "--out", "o", "--filter", "region=北京"], id="a filter that would be lost"
        ),
        pytest.param(
            ["--batch", "in.jsonl", "--out", "o", "--as-of", "2024-01-31"], id="a date that would be lost"
        ),
        pytest.param(["问题", "--out", "o"], id="a file for one answer"),
    ],
)
@pytest.mark.parametrize("command", ["ask", "search"])
def test_flags_that_do_not_go_together_are_wrong_usage(call, command, arguments):
    done = call(command, *arguments)
    assert done.status == 2
    assert done.out == ""
    assert "batch" in done.err
