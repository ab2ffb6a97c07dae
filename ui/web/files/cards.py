"""Uploads as cards: how far each one is, what was recognised in it, and what is wrong with it."""

from rag.text import Lang
from ui.web.files.batch import Batch
from ui.web.files.markup import badge, button, doubts, facts, said, tree, word
from ui.web.files.upload import Draft, Stage, Upload
from ui.web.sources.text import shown
from ui.web.trouble import trouble

_STEPS: tuple[Stage, ...] = ("waiting", "reading", "found", "indexing", "in")
_WORDS = {"read": "progress_read", "embed": "progress_embed", "index": "progress_index"}


def cards(batch: Batch, lang: Lang) -> str:
    """Return all files of an editor as HTML, after a word on the run that is on or over; empty without any."""
    return progress(batch, lang) + "".join(_card(upload, lang) for upload in batch.uploads)


def progress(batch: Batch, lang: Lang) -> str:
    """Return what is going on with a bar, or how the last run ended; empty when there is nothing to say."""
    if batch.error:
        return said(*trouble(batch.error, lang), lang)
    if batch.was_stopped and not batch.running:
        return f'<p class="pq-f-note" role="status">{word("was_stopped", lang)}</p>'
    if not batch.running:
        arrived = sum(u.stage == "in" for u in batch.uploads)
        text = word("arrived", lang, n=arrived) if arrived else ""
        return f'<p class="pq-f-note pq-f-good" role="status">{text}</p>' if text else ""
    if batch.stopping:
        text, done, total = word("is_stopping", lang), 0, 0
    elif batch.progress:
        stage, done, total = batch.progress
        text = word(_WORDS[stage], lang, n=done, m=total)
    else:
        done = sum(u.stage not in ("waiting", "reading") for u in batch.uploads)
        total = len(batch.uploads)
        text = word("progress_recognise", lang, n=min(done + 1, total), m=total)
    bar = f'<progress max="{total}" value="{done}">' if total else "<progress>"
    return f'<div class="pq-f-progress" role="status"><span>{text}</span>{bar}</progress></div>'


def _card(upload: Upload, lang: Lang) -> str:
    head = f'<h3>{shown(upload.name)}</h3><span class="pq-f-size">{size(upload.size)}</span>'
    body = [f"<header>{head}{_steps(upload, lang)}</header>"]
    if upload.error:
        body.append(said(*trouble(upload.error, lang), lang))
    if upload.stage in ("known", "stopped"):
        body.append(f'<p class="pq-f-note">{word(f"is_{upload.stage}", lang)}</p>')
    if upload.stage == "found" and upload.replaces:
        body.append(f'<p class="pq-f-note">{word("replaces", lang)}</p>')
    body += [f'<p class="pq-f-note">{shown(remark.words(lang))}</p>' for remark in upload.remarks]
    if upload.stage in ("found", "indexing"):
        alone = len(upload.drafts) == 1
        body += [
            _draft(draft, f"{upload.key}/{n}", lang, alone, upload.stage == "found")
            for n, draft in enumerate(upload.drafts)
        ]
    body.append(_actions(upload, lang))
    return f'<section class="pq-f-card pq-f-{upload.stage}" aria-label="{shown(upload.name)}">{"".join(body)}</section>'


def _actions(upload: Upload, lang: Lang) -> str:
    buttons = []
    if upload.stage == "found":
        buttons.append(button("accept", upload.key, word("accept", lang), main=True, about=upload.name))
        buttons.append(button("discard", upload.key, word("discard", lang), about=upload.name))
    elif upload.stage in ("known", "failed", "stopped", "in"):
        buttons.append(button("discard", upload.key, word("put_away", lang), about=upload.name))
    return f'<div class="pq-f-actions">{"".join(buttons)}</div>' if buttons else ""


def _steps(upload: Upload, lang: Lang) -> str:
    """Return the way of a file with the step on which it is; one word where the way has ended before."""
    if upload.stage in ("failed", "stopped", "known"):
        kind = "pq-f-bad" if upload.stage == "failed" else ""
        return badge(word(f"step_{upload.stage}", lang), kind)
    at = _STEPS.index(upload.stage)
    items = []
    for number, step in enumerate(_STEPS):
        name = word(f"step_{step}", lang)
        if step == "found" and upload.drafts:
            name = word("step_clauses", lang, n=sum(len(d.clauses) for d in upload.drafts))
        state = ' class="pq-f-done"' if number < at else ""
        state = ' class="pq-f-now" aria-current="step"' if number == at else state
        items.append(f"<li{state}>{name}</li>")
    return f'<ol class="pq-f-steps">{"".join(items)}</ol>'


def _draft(draft: Draft, key: str, lang: Lang, opened: bool, free: bool) -> str:
    document = draft.shown
    marks = [badge(word(f"standing_{draft.standing}", lang), f"pq-f-{draft.standing}")]
    if "title" in document.inferred:
        marks.append(badge(word("title_inferred", lang), "pq-f-inferred"))
    if draft.leftovers:
        marks.append(badge(word("doubts", lang, n=len(draft.leftovers)), "pq-f-inferred"))
    where = f"<small>{shown(draft.member)}</small>" if draft.member else ""
    summary = f"<b>{shown(document.title)}</b><span>{word('clauses', lang, n=len(draft.clauses))}</span>{''.join(marks)}{where}"
    correct = button("edit", key, word("correct", lang), about=document.title) if free else ""
    inside = facts(document, lang, frozenset(draft.corrections)) + tree(draft.clauses, lang)
    inside += doubts(draft.leftovers, lang) + correct
    fold = " open" if opened else ""
    return f'<details class="pq-f-draft"{fold}><summary>{summary}</summary><div>{inside}</div></details>'


def size(size_bytes: int) -> str:
    """Return a size as people say it."""
    if size_bytes < 1000:
        return f"{size_bytes} B"
    return f"{size_bytes / 1e3:.0f} KB" if size_bytes < 1e6 else f"{size_bytes / 1e6:.1f} MB"
