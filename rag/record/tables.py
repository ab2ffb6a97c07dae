"""The tables of `records.sqlite`, and how a file of an earlier format is brought up to date."""

FORMAT = "4"
_FIRST = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE answers (
    answer_id TEXT PRIMARY KEY, at TEXT NOT NULL, person TEXT NOT NULL, question TEXT NOT NULL, history TEXT NOT NULL,
    filters TEXT NOT NULL, as_of TEXT, verdict TEXT NOT NULL, text TEXT NOT NULL, citations TEXT NOT NULL, found TEXT NOT NULL,
    model TEXT NOT NULL, prompt_version TEXT NOT NULL);
CREATE TABLE feedback (
    answer_id TEXT NOT NULL REFERENCES answers(answer_id) ON DELETE CASCADE, person TEXT NOT NULL, at TEXT NOT NULL,
    rating TEXT NOT NULL CHECK (rating IN ('up', 'down')), reason TEXT, words TEXT NOT NULL, handled_at TEXT,
    PRIMARY KEY (answer_id, person));
CREATE INDEX answers_at ON answers(at);
CREATE INDEX feedback_at ON feedback(at);
INSERT INTO meta VALUES ('format', '1')"""
# The first format kept rated answers of the page only.
_SECOND = """
ALTER TABLE answers ADD COLUMN way TEXT NOT NULL DEFAULT 'web';
ALTER TABLE answers ADD COLUMN groups TEXT NOT NULL DEFAULT '[]';
ALTER TABLE answers ADD COLUMN inferred TEXT NOT NULL DEFAULT '{}';
ALTER TABLE answers ADD COLUMN settings TEXT NOT NULL DEFAULT '{}';
ALTER TABLE answers ADD COLUMN raw TEXT;
ALTER TABLE answers ADD COLUMN checks TEXT NOT NULL DEFAULT '[]';
ALTER TABLE answers ADD COLUMN warnings TEXT NOT NULL DEFAULT '[]';
ALTER TABLE answers ADD COLUMN nearest TEXT NOT NULL DEFAULT '[]';
ALTER TABLE answers ADD COLUMN clauses TEXT NOT NULL DEFAULT '{}';
ALTER TABLE answers ADD COLUMN documents TEXT NOT NULL DEFAULT '{}';
ALTER TABLE answers ADD COLUMN seconds TEXT NOT NULL DEFAULT '{}';
ALTER TABLE answers ADD COLUMN usage TEXT;
ALTER TABLE answers ADD COLUMN confidence REAL;
ALTER TABLE answers ADD COLUMN model_digest TEXT;
CREATE INDEX answers_person ON answers(person);
UPDATE meta SET value = '2' WHERE key = 'format'"""
# A conversation is only an order of kept answers: it goes with the last of them, and a trigger must stand on one line.
_THIRD = """
CREATE TABLE conversations (
    conversation_id TEXT PRIMARY KEY, person TEXT NOT NULL, name TEXT, at TEXT NOT NULL, deleted_at TEXT);
CREATE TABLE conversation_turns (
    answer_id TEXT PRIMARY KEY REFERENCES answers(answer_id) ON DELETE CASCADE,
    conversation_id TEXT NOT NULL REFERENCES conversations(conversation_id) ON DELETE CASCADE, number INTEGER NOT NULL);
CREATE INDEX conversations_person ON conversations(person, at);
CREATE INDEX conversation_turns_of ON conversation_turns(conversation_id, number);
CREATE TRIGGER conversation_ends AFTER DELETE ON conversation_turns WHEN NOT EXISTS (SELECT 1 FROM conversation_turns t WHERE t.conversation_id = OLD.conversation_id) BEGIN DELETE FROM conversations WHERE conversation_id = OLD.conversation_id; END;
UPDATE meta SET value = '3' WHERE key = 'format'"""
_FOURTH = """
ALTER TABLE answers ADD COLUMN without TEXT NOT NULL DEFAULT '[]';
UPDATE meta SET value = '4' WHERE key = 'format'"""
_STEPS: dict[str | None, str] = {None: _FIRST, "1": _SECOND, "2": _THIRD, "3": _FOURTH}
"""Format of a file → what makes the next one of it; None is a file without tables."""


def statements_from(found: str | None) -> list[str]:
    """Return the statements that make a file of `FORMAT` of one of an earlier format, in order.

    Args:
        found: Format of the file; None for one without tables.

    Returns:
        Empty for a file of `FORMAT`, and for one of an unknown format.
    """
    steps: list[str] = []
    formats = [None, *(str(n) for n in range(1, int(FORMAT)))]
    for step in formats[formats.index(found) :] if found in formats else ():
        steps += _STEPS[step].strip().split(";\n")
    return steps
