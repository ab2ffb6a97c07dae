"""The title of a page's document: found wherever the site puts it, and printed once."""

import pytest
from fakes_html import FOOTER, NAVIGATION, site

FIRST = "<p>第一条 为了规范数据管理，制定本办法。</p><p>第二条 本办法自发布之日起施行。</p>"


@pytest.mark.parametrize(
    ("head", "above"),
    [
        pytest.param('<meta name="ArticleTitle" content="某市数据办法">', "", id="in the metadata"),
        pytest.param("<title>某市人民政府</title>", "<h1>某市数据办法</h1><p>来源：本站</p>", id="in a heading"),
        pytest.param("<title>某市数据办法-某市人民政府门户网站</title>", "", id="in the page's name"),
        pytest.param("<title>某市人民政府网_规章_某市数据办法</title>", "", id="behind the site's name"),
        pytest.param("<title>某市人民政府</title>", "<div class=bt>某市数据办法</div><p>发布时间：2023-01-01</p>", id="in a line above"),
        pytest.param("<title>某市数据办法</title>", "<p align=center>某市<br>数据办法</p>", id="over two lines"),
        pytest.param("<title>某市数据办法 - 某局</title>", "<p>某政发〔2023〕1号</p><p>某市数据办法</p>", id="under its number"),
    ],
)  # fmt: skip
def test_the_title_comes_first_and_once(lines, head, above):
    found = lines(f"<html><head>{head}</head><body>{NAVIGATION}<div>{above}<div>{FIRST}</div></div>{FOOTER}")
    assert found[0] == "# 某市数据办法"
    assert "".join(found).count("某市数据办法") == 1
    assert found[-2:] == ["第一条 为了规范数据管理，制定本办法。", "第二条 本办法自发布之日起施行。"]


def test_the_text_s_own_title_stands_when_the_site_shortens_it(lines):
    found = lines(site(f"<p>某市人民政府</p><p>关于印发数据办法的通知</p>{FIRST}", "关于印发数据办法的通知"))
    assert found[:2] == ["# 某市人民政府关于印发数据办法的通知", "第一条 为了规范数据管理，制定本办法。"]


@pytest.mark.parametrize("name", ["附件1", "微软用户", "某市人民政府", "无标题文档"])
def test_a_name_that_says_nothing_is_no_title(lines, name):
    assert lines(f"<html><title>{name}</title><body><p>某市数据办法</p>{FIRST}")[0] == "某市数据办法"
