import pytest

import prompts


@pytest.fixture
def folder(tmp_path, monkeypatch):
    (tmp_path / "answer.md").write_text("资料：\n$passages\n\n问题：$question\n", encoding="utf-8")
    monkeypatch.setattr(prompts, "files", lambda package: tmp_path)
    return tmp_path


def test_render_fills_every_name(folder):
    assert prompts.render("answer", passages="[1] 甲", question="乙？") == "资料：\n[1] 甲\n\n问题：乙？"


@pytest.mark.parametrize("value", ["{question}", "$question", "$$", "100%", "{}", "\\1"])
def test_values_are_taken_as_they_are(folder, value):
    assert prompts.render("answer", passages=value, question="乙？").startswith(f"资料：\n{value}\n")


def test_a_missing_variable_is_an_error(folder):
    with pytest.raises(KeyError, match="passages"):
        prompts.render("answer", question="乙？")


def test_a_missing_prompt_is_an_error(folder):
    with pytest.raises(FileNotFoundError):
        prompts.render("nothing")


def test_the_version_changes_with_any_word_of_any_prompt(folder):
    first = prompts.version()
    assert first == prompts.version()
    (folder / "answer.md").write_text("资料：\n$passages\n\n提问：$question\n", encoding="utf-8")
    second = prompts.version()
    (folder / "system.md").write_text("你是助手。", encoding="utf-8")
    assert len({first, second, prompts.version()}) == 3
    assert len(first) == 12


def test_other_files_do_not_change_the_version(folder):
    first = prompts.version()
    (folder / "__init__.py").write_text("x = 1", encoding="utf-8")
    assert prompts.version() == first


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_prompts_of_the_product_need_just_these_variables(lang):
    system = prompts.render(f"system_{lang}", refusal="<拒答>")
    answer = prompts.render(f"answer_{lang}", passages="<资料>", question="<问题>")
    assert "<拒答>" in system
    assert "[1]" in system
    assert answer.index("<资料>") < answer.index("<问题>")
    assert "$" not in system + answer
