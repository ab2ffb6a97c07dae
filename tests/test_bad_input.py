"""What people give by mistake: each gets a message with its fix, and nothing that was there is lost."""

import re

import pytest

TITLES = {
    "青岛市数据流通管理办法",
    "贵州省智能算力发展行动计划（2024—2026年）",
    "湖南省数据要素促进条例（征求意见稿）",
}
MEASURE = "甲市数据办法\n第一条 数据登记由甲市数据局负责。\n第二条 登记费用为三百元。\n"


@pytest.mark.parametrize(
    ("name", "content", "message", "fix"),
    [
        pytest.param(
            "表.xls", b"x", "Cannot read 表.xls: no reader for '.xls'.", "save the sheet as .pdf", id="suffix"
        ),
        pytest.param(
            "表", b"x", "no reader for 'a file without suffix'.", "convert it to one of", id="no suffix"
        ),
        pytest.param("空.txt", b"", "空.txt is empty.", "save the document's text", id="empty"),
        pytest.param(
            "空.txt", " \n\t\n　\n".encode(), "空.txt is empty.", "save the document's text", id="only blanks"
        ),
        pytest.param(
            "图.txt",
            b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" * 99,
            "图.txt is not text",
            "right suffix",
            id="a picture",
        ),
        pytest.param(
            "文.txt",
            b"PK\x03\x04\x14\x00\x06\x00" + bytes(range(256)) * 9,
            "文.txt is not text",
            "suffix",
            id="a .docx",
        ),
        pytest.param(
            "大.txt",
            "登记。\n".encode() * 5_300_000,
            "大.txt has 53 MB",
            "split it into one file",
            id="50 MB",
        ),
        pytest.param(
            "破.txt",
            b"\xff\xfe\x00",
            "破.txt is not text in UTF-8, UTF-16",
            "save it as UTF-8",
            id="half a UTF-16",
        ),
    ],
)
def test_a_file_that_cannot_be_read_is_reported_and_the_others_are_in(
    call, here, titles, tmp_path, name, content, message, fix
):
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / name).write_bytes(content)
    (folder / "甲.txt").write_text(MEASURE, encoding="utf-8")
    done = call("ingest", folder, "--json", *here)
    assert done.status == 1
    [failed] = done.json["failed"]
    assert failed["path"] == str(folder / name)
    assert message in failed["message"]
    assert fix in failed["fix"]
    assert done.json["added"] == ["甲市数据办法"]
    assert titles() == TITLES | {"甲市数据办法"}
    done = call("ingest", folder, *here)
    assert (done.status, "失败 1；" in done.out) == (1, True)
    assert f"\n  {failed['message']}\n  Fix: {failed['fix']}\n" in done.err
    assert re.search(rf"失败 failed  {re.escape(failed['path'])}\n  .*{name}.*。\n  解决：请.+\n", done.err)


def test_a_file_that_can_no_longer_be_read_keeps_its_document(call, here, titles, tmp_path):
    (tmp_path / "甲.txt").write_text(MEASURE, encoding="utf-8")
    assert call("ingest", "甲.txt", *here).status == 0
    (tmp_path / "甲.txt").write_bytes(b"")
    assert call("ingest", "甲.txt", *here).status == 1
    assert titles() == TITLES | {"甲市数据办法"}


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_text_in_an_encoding_of_chinese_offices_is_read(call, here, tmp_path, encoding):
    (tmp_path / "甲.txt").write_bytes(MEASURE.replace("\n", "\r\n").encode(encoding))
    assert call("ingest", "甲.txt", *here).status == 0
    clause = call("show", "甲市数据办法", "第二条", "--json", *here).json
    assert (clause["text"], clause["start_line"]) == ("登记费用为三百元。", 3)


def test_a_text_in_a_rare_encoding_is_refused_and_never_taken_in_as_rubbish(call, here, titles, tmp_path):
    (tmp_path / "甲.txt").write_bytes(MEASURE.encode("utf-32"))
    done = call("ingest", "甲.txt", *here)
    assert done.status == 1
    assert "is not text" in done.err
    assert titles() == TITLES


def test_a_file_without_any_numbering_is_one_clause_under_its_name(call, here, tmp_path):
    text = "今天开会讨论了食堂的菜价，大家认为红烧肉应当降到十二元。\n散会后没有别的事。"
    (tmp_path / "会议记录.txt").write_text(text, encoding="utf-8")
    assert call("ingest", "会议记录.txt", *here).status == 0
    shown = call("show", "会议记录", "--json", *here).json
    assert "".join(c["text"] for c in shown["clauses"]).replace("\n", "") == text.replace("\n", "")
    assert "title" in shown["inferred"]
    assert "十二元" in call("ask", "红烧肉多少钱？", *here).out


def test_a_name_that_is_not_utf8_is_reported_and_the_others_are_in(call, here, tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "\udcb0\udcec.txt").write_text(MEASURE, encoding="utf-8")
    (folder / "甲.txt").write_text(MEASURE.replace("甲", "乙"), encoding="utf-8")
    done = call("ingest", folder, "--json", *here)
    assert (done.status, done.json["added"]) == (1, ["乙市数据办法"])
    assert done.json["failed"][0]["fix"] == "rename the file"


def _only_companions(path):
    path.mkdir()
    (path / "README.md").write_text("# 说明", encoding="utf-8")


@pytest.mark.parametrize(
    ("make", "message"),
    [
        pytest.param(lambda path: None, "does not exist.\nFix: check the path", id="missing"),
        pytest.param(
            lambda path: path.mkdir(), "holds no file to read.\nFix: put files of", id="empty folder"
        ),
        pytest.param(_only_companions, "holds no file to read.\nFix: put files of", id="only a README"),
    ],
)
def test_a_path_without_files_stops_before_anything_is_changed(call, here, titles, tmp_path, make, message):
    make(tmp_path / "in")
    (tmp_path / "甲.txt").write_text(MEASURE, encoding="utf-8")
    done = call("ingest", "甲.txt", "in", *here)
    assert (done.status, done.out) == (1, "")
    assert message in done.err
    assert titles() == TITLES


def test_a_file_that_is_gone_takes_its_document_with_it_and_one_elsewhere_does_not(call, documents, tmp_path):
    here = ("--data", tmp_path / "data")
    (tmp_path / "甲.txt").write_text(MEASURE, encoding="utf-8")
    assert call("ingest", documents, "甲.txt", *here).status == 0
    for path in (next(documents.glob("湖*")), tmp_path / "甲.txt"):
        path.unlink()
    done = call("ingest", documents, "--json", *here)
    assert done.json["removed"] == ["湖南省数据要素促进条例（征求意见稿）"]
    kept = {d["title"] for d in call("documents", "--json", *here).json}
    assert kept == TITLES - {"湖南省数据要素促进条例（征求意见稿）"} | {"甲市数据办法"}
    assert call("check", *here).status == 0


@pytest.mark.parametrize("command", ["ask", "search"])
@pytest.mark.parametrize(
    ("question", "message"),
    [
        pytest.param("", "问题是空的", id="empty"),
        pytest.param(" \n　", "问题是空的", id="blanks"),
        pytest.param("长" * 20_001, "20001 个字", id="over 20,000 characters"),
        pytest.param("？！……", "问题里没有文字", id="punctuation"),
        pytest.param("\udcff数据", "UTF-8", id="broken bytes"),
    ],
)
def test_a_question_that_cannot_be_searched_for_is_refused(call, collection, command, question, message):
    done = call(command, question, "--data", collection)
    assert (done.status, done.out) == (1, "")
    assert message in done.err
    assert "\nFix: " in done.err
    assert len(done.err) < 500


@pytest.mark.parametrize(
    "question", ["'; DROP TABLE clauses; --", "$question {x} %s \\n", "🙂登记", "第零条", "第九九九九条"]
)
def test_a_question_of_odd_signs_is_only_a_question(call, own_collection, question):
    here = ("--data", own_collection)
    assert call("search", question, *here).status == 0
    assert call("ask", question, *here).status == 0
    assert call("check", *here).status == 0
