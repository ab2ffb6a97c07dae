"""The description of the API as a page for people; it loads nothing and runs nothing."""

import json
from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

_STYLE = """
body { font: 16px/1.6 system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; color: #1b2733;
  background: #fff; max-width: 60rem; margin: 0 auto; padding: 1.5rem; }
h2 { margin-top: 2.5rem; border-top: 1px solid #c9d4df; padding-top: 1rem; }
code, pre { font-family: ui-monospace, monospace; font-size: 0.9em; }
h2 code { font-size: 1em; }
pre { background: #f1f5f9; padding: 0.8rem; overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: 0.3rem 0.8rem 0.3rem 0; border-bottom: 1px solid #e3e9ef; }
@media (prefers-color-scheme: dark) { body { color: #e4eaf0; background: #10161c; } pre { background: #1b242d; }
  h2, th, td { border-color: #35424e; } a { color: #8fb6d9; } }
"""
_MOST_DEPTH = 6
Shape = Mapping[str, Any]


def reference(description: Shape) -> str:
    """Return the page.

    Args:
        description: In the OpenAPI format.
    """
    info, schemas = description["info"], description["components"]["schemas"]
    parts = [
        f"<h1>{escape(info['title'])}</h1><p>{escape(info['description'])}</p>",
        f"<p>{escape(description['components']['securitySchemes']['key']['description'])}</p>",
        '<p><a href="openapi.json">openapi.json</a> (OpenAPI 3.1)</p>',
    ]
    for path, methods in description["paths"].items():
        parts += [_operation(method.upper(), path, told, schemas) for method, told in methods.items()]
    return (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(info['title'])} API</title><style>{_STYLE}</style></head>"
        f"<body><main>{''.join(parts)}</main></body></html>"
    )


def _operation(method: str, path: str, told: Shape, schemas: Shape) -> str:
    scope = escape(told["tags"][0])
    parts = [
        f"<h2><code>{method} {escape(path)}</code></h2><p><strong>{escape(told['summary'])}</strong></p>",
        f"<p>{escape(told['description'])}</p><p>密钥范围 Scope of the key: <code>{scope}</code></p>",
    ]
    if rows := told.get("parameters"):
        parts.append(_fields(((p["name"], p["schema"] | p, p["required"]) for p in rows), schemas))
    if body := told.get("requestBody"):
        shape = _resolved(body["content"]["application/json"]["schema"], schemas)
        needed = shape.get("required", ())
        parts.append("<h3>请求正文 Body</h3>")
        fields = ((name, field, name in needed) for name, field in shape["properties"].items())
        parts.append(_fields(fields, schemas))
    done = told["responses"]["200"]["content"]
    sample = json.dumps(_sample(done["application/json"]["schema"], schemas), ensure_ascii=False, indent=1)
    parts.append(f"<h3>200</h3><pre>{escape(sample)}</pre>")
    if events := done.get("text/event-stream"):
        parts.append(f"<p><code>text/event-stream</code>: {escape(events['schema']['description'])}</p>")
    parts.append("<h3>错误 Errors</h3>")
    parts.append(
        _table((s, r["description"], "") for s, r in sorted(told["responses"].items()) if s != "200")
    )
    return "".join(parts)


def _fields(fields: Iterable[tuple[str, Shape, bool]], schemas: Shape) -> str:
    return _table(
        (name, _kind(shape, schemas) + (" · 必填 required" if needed else ""), shape.get("description", ""))
        for name, shape, needed in fields
    )


def _table(rows: Iterable[tuple[str, str, str]]) -> str:
    lines = "".join(
        f'<tr><th scope="row"><code>{escape(name)}</code></th><td>{escape(kind)}</td><td>{escape(words)}</td></tr>'
        for name, kind, words in rows
    )
    return f"<table>{lines}</table>"


def _kind(shape: Shape, schemas: Shape) -> str:
    """Return the type of a field in words, with its limits; of an object the names of its fields."""
    shape = _resolved(shape, schemas)
    if "properties" in shape:
        return f"{{{', '.join(shape['properties'])}}}"
    if several := shape.get("anyOf"):
        return " | ".join(dict.fromkeys(_kind(form, schemas) for form in several))
    if "items" in shape:
        return f"[{_kind(shape['items'], schemas)}, …]"
    limits = [
        f"{sign} {shape[key]}"
        for key, sign in (("minLength", "≥"), ("maxLength", "≤"), ("minimum", "≥"), ("maximum", "≤"))
        if key in shape
    ]
    return " ".join([str(shape.get("const", shape.get("type", ""))), *limits])


def _resolved(shape: Shape, schemas: Shape) -> Shape:
    name = shape.get("$ref", "").rpartition("/")[2]
    return schemas[name] if name else shape


def _sample(shape: Shape, schemas: Shape, depth: int = 0) -> Any:
    """Return a value of a shape, with the names of types in place of values."""
    shape = _resolved(shape, schemas)
    if depth > _MOST_DEPTH:
        return "…"
    if "properties" in shape:
        return {name: _sample(field, schemas, depth + 1) for name, field in shape["properties"].items()}
    if "items" in shape:
        return [_sample(shape["items"], schemas, depth + 1)]
    if forms := shape.get("anyOf"):
        first = next((form for form in forms if form.get("type") != "null"), forms[0])
        found = _sample(first, schemas, depth + 1)
        return found if not isinstance(found, str) else " | ".join(_kind(form, schemas) for form in forms)
    if isinstance(extra := shape.get("additionalProperties"), Mapping):
        return {"…": _sample(extra, schemas, depth + 1)}
    return shape["const"] if "const" in shape else " | ".join(shape.get("enum", [shape.get("type", "")]))
