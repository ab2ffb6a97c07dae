"""When the gate fails, what it says, and what a renewed baseline holds."""

import json

import pytest

from eval.gate import asking
from eval.gate.asking import as_delivered, ask_all
from eval.gate.baseline import Baseline, Scored, bundled_baseline, read_baseline, write_baseline
from eval.gate.message import renewal_message, verdict_message
from eval.gate.rule import GATED, HONEST, LIAR, LIES_MARKED, NOISE, PRODUCT, SURE, allowed, compare
from rag.errors import EmptyCollection, EvaluationError
from rag.settings import Settings

HERE = {
    "date": "2024-01-02",
    "code": {"hash": "c1"},
    "index": "i1",
    "cpu": "甲",
    "cpu_flags": ["avx2"],
    "libraries": {"numpy": "2.0"},
}
ELSEWHERE = {**HERE, "cpu": "乙", "cpu_flags": ["avx2", "avx512_vnni"]}
FULL = {run: dict.fromkeys(metrics, 1.0) for run, metrics in GATED.items()}


def scored(id_, run=PRODUCT, case_hash="h", error=None, **scores):
    """Return a row with every gated score of its run at 1, but for those given; None leaves one out."""
    values = {**FULL[run], **{key.replace("_at_", "@"): value for key, value in scores.items()}}
    known = {key: value for key, value in values.items() if value is not None}
    return Scored(run, id_, case_hash, {} if error else known, f"问题{id_}？", error)


def a_baseline(*changed, n=10, about=HERE):
    """Return n questions a run at full marks, those given in place of theirs."""
    rows = {(run, f"q{i}"): scored(f"q{i}", run) for run in GATED for i in range(n)}
    return Baseline(about, tuple({**rows, **{each.key: each for each in changed}}.values()))


def failed(outcome):
    return [(loss.run, loss.metric) for loss in outcome.losses]


def test_the_same_scores_pass():
    outcome = compare(a_baseline(), a_baseline())
    assert (outcome.passed, outcome.compared, outcome.losses, outcome.gains) == (True, 10, (), {})


@pytest.mark.parametrize("about", [HERE, ELSEWHERE], ids=["same CPU", "another CPU"])
@pytest.mark.parametrize(("run", "metric"), [(run, metric) for run in SURE for metric in SURE[run]])
def test_what_code_guarantees_may_not_lose_on_a_single_question(run, metric, about):
    before = a_baseline(scored("q2", run, **{metric: 0.5}), n=300)
    now = a_baseline(scored("q1", run, **{metric: 0.99}), n=300, about=about)
    outcome = compare(before, now)
    # That another question gained does not make up for it.
    assert failed(outcome) == [(run, metric)]
    assert [(c.id, c.before, c.after) for c in outcome.losses[0].worse] == [("q1", 1.0, 0.99)]


def test_on_the_same_kind_of_cpu_a_net_loss_fails():
    outcome = compare(a_baseline(), a_baseline(scored("q1", key_facts=0.7)))
    assert failed(outcome) == [(PRODUCT, "key_facts")]
    assert not outcome.passed


def test_what_another_graph_of_the_same_vectors_moves_is_let_pass():
    assert compare(a_baseline(), a_baseline(scored("q1", key_facts=0.8))).passed


def test_on_the_same_kind_of_cpu_gains_make_up_for_losses():
    before = a_baseline(scored("q2", key_facts=0.0))
    assert compare(before, a_baseline(scored("q1", key_facts=0.0))).passed
    assert not compare(before, a_baseline(scored("q1", key_facts=0.0), scored("q2", key_facts=0.7))).passed


@pytest.mark.parametrize("key", ["cpu_flags", "libraries"])
def test_on_another_kind_of_cpu_noise_is_let_pass(key):
    n = 100
    assert NOISE[PRODUCT]["hit@5"] * 3 * 10 == pytest.approx(allowed(PRODUCT, "hit@5", n, same_machine=False))
    other = {**HERE, key: ELSEWHERE["cpu_flags"] if key == "cpu_flags" else {"numpy": "2.1"}}
    lost = [scored(f"q{i}", hit_at_5=0.0) for i in range(5)]
    assert compare(a_baseline(n=n), a_baseline(*lost[:4], n=n, about=other)).passed
    outcome = compare(a_baseline(n=n), a_baseline(*lost, n=n, about=other))
    assert failed(outcome) == [(PRODUCT, "hit@5")]
    assert (outcome.losses[0].net, outcome.losses[0].allowed) == (5.0, pytest.approx(4.2))


def test_a_kind_of_cpu_has_the_same_flags_whatever_its_name():
    outcome = compare(a_baseline(), a_baseline(scored("q1", key_facts=0.7), about={**HERE, "cpu": "丙"}))
    assert outcome.same_machine
    assert not outcome.passed


def test_rounding_is_no_loss():
    assert compare(
        a_baseline(scored("q1", key_facts=0.333333)), a_baseline(scored("q1", key_facts=0.333332))
    ).passed


@pytest.mark.parametrize("run", GATED)
def test_every_gated_metric_is_sure_or_has_its_noise(run):
    assert set(GATED[run]) == set(SURE[run]) | (set(GATED[run]) & set(NOISE[run]))
    assert not set(SURE[run]) & set(NOISE[run])


def test_a_metric_that_applies_to_fewer_questions_is_compared_where_it_does():
    now = a_baseline(scored("q1", citation_precision=None), scored("q2", citation_precision=0.5))
    outcome = compare(a_baseline(), now)
    assert [(c.id, c.after) for c in outcome.losses[0].worse] == [("q2", 0.5)]


def test_a_metric_that_applies_nowhere_any_more_fails():
    gone = [scored(f"q{i}", warnings_shown=None) for i in range(10)]
    outcome = compare(a_baseline(), a_baseline(*gone))
    assert failed(outcome) == [(PRODUCT, "warnings_shown")]
    assert outcome.losses[0].worse == ()
    assert compare(a_baseline(*gone), a_baseline(*gone)).passed


def test_an_error_fails():
    outcome = compare(a_baseline(), a_baseline(scored("q1", error="ModelBroke: gone")))
    assert ([e.id for e in outcome.errors], outcome.losses, outcome.passed) == (["q1"], (), False)


def test_a_new_question_is_named_and_held_against_nothing():
    outcome = compare(a_baseline(), a_baseline(scored("q-new", key_facts=0.0), n=10))
    assert (outcome.new, outcome.passed) == (("q-new",), True)


def test_a_changed_question_is_named_and_held_against_nothing():
    outcome = compare(a_baseline(), a_baseline(scored("q1", case_hash="other", key_facts=0.0)))
    assert (outcome.changed, outcome.compared, outcome.passed) == (("q1",), 9 + 1, True)
    everywhere = [scored("q1", run, case_hash="other", key_facts=0.0) for run in GATED]
    assert compare(a_baseline(), a_baseline(*everywhere)).compared == 9


def test_a_missing_question_fails():
    outcome = compare(a_baseline(), a_baseline(n=9))
    assert (outcome.missing, outcome.losses, outcome.passed) == (("q9",), (), False)


def test_nothing_in_common_fails():
    others = Baseline(
        HERE, tuple(scored(f"q{i}", run, case_hash="other") for run in GATED for i in range(10))
    )
    outcome = compare(a_baseline(), others)
    assert (outcome.compared, outcome.passed) == (0, False)


def test_gains_are_told_with_the_hint_to_renew(tmp_path):
    before, now = a_baseline(scored("q1", key_facts=0.5)), a_baseline()
    outcome = compare(before, now)
    assert outcome.gains == {(PRODUCT, "key_facts"): 0.5}
    (line,) = [x for x in verdict_message(outcome, before, now, tmp_path).split("\n") if "key_facts" in x]
    assert line == "变好 better (in questions): product key_facts +0.50. To keep it: make baseline"


def test_the_message_names_each_question_worst_first(tmp_path):
    before = a_baseline()
    now = a_baseline(
        scored("q1", key_facts=0.5),
        scored("q2", key_facts=0.0, citation_recall=0.0),
        scored("q3", LIAR, quotations_verbatim=0.0),
        scored("q4", citation_recall=0.5),
    )
    text = verdict_message(compare(before, now), before, now, tmp_path / "runs")
    assert text.split("\n") == [
        "门禁未通过 The gate fails, against the baseline of 2024-01-02:",
        "  product citation_recall: 2 questions lost 1.50, 0 gained 0.00: 1.50 more than gained, noise explains 0.25",
        "  product key_facts: 2 questions lost 1.50, 0 gained 0.00: 1.50 more than gained, noise explains 0.25",
        "  product+scripted-liar quotations_verbatim: 1 questions lost 1.00, 0 gained 0.00: code guarantees it, so none may lose",
        "变差 worse: 4 questions",
        "  q2  问题q2？",
        "      product citation_recall  1.00 → 0.00",
        "      product key_facts  1.00 → 0.00",
        "  q3  问题q3？",
        "      product+scripted-liar quotations_verbatim  1.00 → 0.00",
        "  q4  问题q4？",
        "      product citation_recall  1.00 → 0.50",
        "  q1  问题q1？",
        "      product key_facts  1.00 → 0.50",
        "本机 this machine: 甲 (avx2; numpy 2.0)",
        "  as the baseline's, so no loss is noise",
        f"细看 look deeper: policyqa eval report {tmp_path / 'runs'} --out report.html",
        "  with the answers before, from a checkout without the change: policyqa eval run --model none --out BEFORE; "
        f"then policyqa eval compare BEFORE {tmp_path / 'runs' / 'product'}",
        "有意为之 on purpose: make baseline, and commit its summary with the change",
    ]


def test_the_message_names_what_is_not_compared(tmp_path):
    before = a_baseline(n=30)
    now = a_baseline(
        scored("q1", case_hash="other"), scored("n1"), scored("q2", error="ModelBroke: gone"),
        *(scored(f"q{i}", warnings_shown=None) for i in (0, *range(3, 15))),
        n=15, about={**ELSEWHERE, "index": "i2"},
    )  # fmt: skip
    lines = verdict_message(compare(before, now), before, now, tmp_path).split("\n")
    assert "  product: q2 ended in an error: ModelBroke: gone" in lines
    assert (
        "  questions of the baseline that are not in the set any more: q15 q16 q17 q18 q19 q20 q21 q22 q23 q24 … (15)"
        in lines
    )
    assert "新题 new, compared with nothing until make baseline: n1" in lines
    assert "改过的题 changed, compared with nothing until make baseline: q1" in lines
    assert "  the baseline's: 甲 (avx2; numpy 2.0); figures may differ by noise" in lines
    assert "  the collection is another one: i2, the baseline's i1" in lines
    assert "  product warnings_shown: it does not apply to any question any more" in lines


def test_a_passed_gate_says_so_in_few_lines(tmp_path):
    text = verdict_message(compare(a_baseline(), a_baseline()), a_baseline(), a_baseline(), tmp_path)
    assert (
        text.split("\n")[0]
        == "门禁通过 The gate is passed: 10 questions, nothing worse than the baseline of 2024-01-02."
    )
    assert len(text.split("\n")) == 3


def test_a_baseline_is_read_as_it_was_written(tmp_path):
    path = tmp_path / "b.jsonl"
    new = a_baseline(scored("q1", key_facts=0.333333), about=ELSEWHERE)
    assert write_baseline(path, new, None)
    found = read_baseline(path)
    assert found.about == ELSEWHERE
    assert compare(found, new).passed
    assert json.loads(path.read_text(encoding="utf-8").split("\n")[1]).keys() == {
        "run",
        "id",
        "case_hash",
        "scores",
    }


def test_renewing_twice_changes_nothing(tmp_path):
    path = tmp_path / "b.jsonl"
    write_baseline(path, a_baseline(), None)
    text = path.read_bytes()
    later = {**HERE, "date": "2024-02-03", "code": {"hash": "c2"}}
    assert not write_baseline(path, a_baseline(about=later), read_baseline(path))
    assert path.read_bytes() == text
    assert write_baseline(path, a_baseline(scored("q1", key_facts=0.5), about=later), read_baseline(path))
    assert read_baseline(path).about["date"] == "2024-02-03"


def test_an_error_never_becomes_a_baseline(tmp_path):
    with pytest.raises(EvaluationError, match="1 questions ended in an error, 'q1' first: ModelBroke: gone"):
        write_baseline(tmp_path / "b.jsonl", a_baseline(scored("q1", error="ModelBroke: gone")), None)
    assert not (tmp_path / "b.jsonl").exists()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}\n",
        "no json\n",
        '{"date": "x"}\n',
        '[1]\n{"run": "product"}\n',
        "[1]\n[2]\n",
        '{}\n{"x": 1}\n',
        "\xff",
    ],
    ids=[
        "empty",
        "no scores",
        "no json",
        "only a head",
        "a line without scores",
        "lists",
        "unknown key",
        "no UTF-8",
    ],
)
def test_a_damaged_baseline_is_refused_with_its_fix(tmp_path, text):
    path = tmp_path / "b.jsonl"
    path.write_text(text, encoding="latin-1")
    with pytest.raises(EvaluationError, match=r"b\.jsonl") as caught:
        read_baseline(path)
    assert caught.value.fix == "policyqa eval gate --renew"


def test_a_missing_baseline_is_refused_with_its_fix(tmp_path):
    with pytest.raises(EvaluationError, match=r"There is no baseline .*b\.jsonl"):
        read_baseline(tmp_path / "b.jsonl")


def test_the_summary_of_a_renewal_says_what_changed():
    old = a_baseline(scored("q1", key_facts=0.5), scored("q3", case_hash="other"))
    new = a_baseline(scored("q2", key_facts=0.0), scored("n1"), about={**ELSEWHERE, "date": "2024-02-03"})
    assert renewal_message(old, new).split("\n") == [
        "Baseline renewed",
        *(f"product {metric}  1.0000 (n=10) → 1.0000 (n=11)" if metric != "key_facts" else "product key_facts  0.9500 (n=10) → 0.9091 (n=11)" for metric in GATED[PRODUCT]),
        "worse: 1 questions",
        "  q2  问题q2？",
        "      product key_facts  1.00 → 0.00",
        "better: q1",
        "new: n1",
        "changed: q3",
        "本机 this machine: 乙 (avx2 avx512_vnni; numpy 2.0)",
        "  the baseline's: 甲 (avx2; numpy 2.0); figures may differ by noise",
    ]  # fmt: skip
    first = renewal_message(None, new).split("\n")
    assert first[:2] == ["Baseline: new", "product mrr@10  1.0000 (n=11)"]


def test_settings_are_as_delivered_whatever_the_environment_says(monkeypatch, tmp_path):
    monkeypatch.setenv("POLICYQA_RERANK_MODEL", "none")
    monkeypatch.setenv("POLICYQA_LLM", "ollama:甲")
    found = as_delivered(Settings(data=tmp_path / "甲", threads=2))
    assert (found.data, found.threads) == (tmp_path / "甲", 2)
    assert (found.rerank_model, found.llm, found.embed_model) == ("bundled", "none", "bundled")


@pytest.fixture
def small_set(monkeypatch):
    """The questions of the small collection in place of the development set."""
    from conftest import CHECKOUT  # noqa: PLC0415

    monkeypatch.setattr(
        asking, "bundled_path", lambda name: CHECKOUT / "tests" / "data" / "small-cases.jsonl"
    )


def test_asking_twice_gives_the_same_scores_to_the_last_digit(own_collection, small_set):
    settings, told = Settings(data=own_collection), []
    first, runs = ask_all(settings, progress=lambda done, total: told.append((done, total)))
    assert [each.key for each in first.scored] == [(run, f"small-{n}") for run in GATED for n in (1, 2, 3)]
    assert told[-1] == (9, 9)
    assert runs.parent == own_collection / "eval"
    assert first.about["index"] and first.about["libraries"]["numpy"] and first.about["embedder"]
    second, again = ask_all(settings)
    assert second.scored == first.scored
    assert list((own_collection / "eval").iterdir()) == [again], "the runs of an earlier gate are deleted"


def test_the_liar_is_marked_and_the_honest_one_is_not(own_collection, small_set):
    found = {each.key: each.scores for each in ask_all(Settings(data=own_collection))[0].scored}
    told = [
        scores[LIES_MARKED] for (run, _), scores in found.items() if run == LIAR and LIES_MARKED in scores
    ]
    assert told
    assert all(LIES_MARKED not in scores for (run, _), scores in found.items() if run != LIAR)
    assert found[HONEST, "small-1"]["citation_recall"] == 1.0
    assert found[PRODUCT, "small-2"]["warnings_shown"] == 1.0


def test_without_a_collection_it_says_how_to_make_one(tmp_path):
    with pytest.raises(EmptyCollection):
        ask_all(Settings(data=tmp_path))


def test_the_command_renews_then_passes_then_fails(call, own_collection, small_set, tmp_path):
    path = tmp_path / "b.jsonl"
    command = ("eval", "gate", "--data", own_collection, "--baseline", path)
    missing = call(*command)
    assert (missing.status, "There is no baseline" in missing.err) == (1, True)
    renewed = call(*command, "--renew")
    assert (renewed.status, renewed.out.split("\n")[0]) == (0, "Baseline: new")
    assert f"written to {path}" in renewed.err
    assert "says the same already" in call(*command, "--renew").err
    assert call(*command).out.startswith("门禁通过 The gate is passed: 3 questions")
    shape = call(*command, "--json").json
    assert (shape["passed"], shape["compared"], shape["losses"], shape["gains"]) == (True, 3, [], [])
    lines = path.read_text(encoding="utf-8").split("\n")
    row = json.loads(lines[3])
    row["id"] = "small-9"
    path.write_text("\n".join([*lines[:3], json.dumps(row), *lines[4:]]), encoding="utf-8")
    done = call(*command)
    assert done.status == 1
    assert "not in the set any more: small-9" in done.out


def test_a_damaged_baseline_can_be_renewed(call, own_collection, small_set, tmp_path):
    path = tmp_path / "b.jsonl"
    path.write_text("half a li", encoding="utf-8")
    assert call("eval", "gate", "--data", own_collection, "--baseline", path, "--renew").status == 0
    assert read_baseline(path).scored


def test_the_baseline_that_comes_with_the_program_has_every_run():
    found = read_baseline(bundled_baseline())
    assert {each.run for each in found.scored} == set(GATED)
    assert all(set(each.scores) <= set(GATED[each.run]) for each in found.scored)
