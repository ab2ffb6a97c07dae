from rag.hit.salient import LONG, salient

LETTER = (
    "尊敬的老师：您好！我是一家公司的员工，最近在整理材料。"
    + "我们在外地办公，平时比较忙，来一趟不容易。" * 20
)
LAW = "".join(f"第{n}条 公共数据授权运营单位应当对数据进行第{n}类安全评估。" for n in range(1, 60))


def test_a_question_of_usual_length_is_searched_for_as_it_is():
    text = "".join(f"第{n}个登记证书的有效期是多久？" for n in range(20))
    assert salient(text[:LONG]) == text[:LONG]


def test_a_sentence_that_is_pasted_several_times_is_searched_for_once():
    assert salient("登记证书的有效期是多久？" * 20) == "登记证书的有效期是多久？"


def test_the_question_of_a_letter_is_found():
    question = "数据知识产权登记证书的有效期是多久？"
    assert salient(f"{LETTER}{question}此致敬礼") == question
    assert salient(f"{question}\n{LETTER}") == question


def test_an_english_question_of_a_letter_is_found():
    question = "How long is a certificate of registration valid in Beijing?"
    assert salient(f"{'Dear Sir or Madam. We are a small firm. ' * 20}{question} Kind regards.") == question


def test_a_question_that_says_little_comes_with_what_the_text_is_about():
    found = salient(f"{LAW}这样合法吗？")
    assert found.endswith("这样合法吗？")
    assert "公共数据授权运营单位" in found


def test_a_text_without_a_question_is_searched_for_by_its_theme():
    found = salient("今天天气很好。" + LAW)
    assert "安全评估" in found
    assert len(found) <= 320


def test_sentences_that_repeat_others_are_left_out():
    assert len(salient(LAW + "数据" * 200)) < len(LAW)
    assert salient("我们在外地办公平时比较忙。" * 60) == "我们在外地办公平时比较忙。"


def test_a_text_without_any_mark_is_cut():
    assert 0 < len(salient("长" * 20_000)) <= 300
    assert 0 < len(salient("，" * 20_000 + "长")) <= 300
