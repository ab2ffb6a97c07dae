"""The page as a whole: its head, its sections and its look; imports gradio, which takes seconds."""

from collections.abc import Callable, Sequence
from importlib.resources import files
from itertools import islice
from typing import Any

import gradio as gr

from rag.text import Lang
from ui.labels import label
from ui.service import Service
from ui.web.chat.section import Chat
from ui.web.chat.visits import Visits
from ui.web.evaluation.section import Evaluation
from ui.web.files.section import Files
from ui.web.frame import QUICK, Frame, Section, Updates, Wording
from ui.web.reader.section import Reader
from ui.web.search.section import Search
from ui.web.sessions import lean_sessions
from ui.web.setup.section import Setup
from ui.web.signing_in.badge import badge
from ui.web.sources.text import shown
from ui.web.visitor import visitor_of

SECTIONS: tuple[type[Section], ...] = (Chat, Search, Reader, Files, Evaluation, Setup)
"""In the order of their tabs."""
ANSWERS_AT_ONCE = 32
_TABS = 500
"""Browser tabs whose state is kept, the latest used: each load of the page makes one, and each takes a quarter of a megabyte."""
_ACCENT = gr.themes.Color(
    "#eef4fa", "#dbe8f4", "#b9d2e8", "#8fb6d9", "#5f93c3", "#2f6ba1", "#1d4f7c", "#184266", "#133450", "#0f283e", "#0a1b2a"
)  # fmt: skip
"""From light to dark; the sixth marks what is chosen, the seventh is the ground of white words."""
_FIRST: Lang = "zh"
"""In which the page is sent."""
_LANGUAGES: list[tuple[str, Lang]] = [("中文", "zh"), ("English", "en")]
# A script of the page dispatches these events on the hidden elements below; a handler in Python hears them as `select`.
_HEAR = """element.addEventListener("policyqa", (event) => trigger("select", event.detail));"""


def build(service: Service) -> tuple[gr.Blocks, Visits]:
    """Lay out the page.

    Args:
        service: Shared by all visitors.

    Returns:
        The page, and the conversations that are open on it.
    """
    lean_sessions()
    with gr.Blocks(title=label("app", "zh"), fill_width=True, analytics_enabled=False) as page:
        with gr.Row(elem_id="pq-top"):
            title = gr.HTML(_title("zh"), elem_id="pq-title")
            who = gr.HTML(elem_id="pq-who", apply_default_css=False)
            lang = gr.Radio(_LANGUAGES, value=_FIRST, show_label=False, container=False, elem_id="pq-lang")
        notice = gr.HTML(_notice(service, "zh"), elem_id="pq-notice")
        opened = gr.HTML(js_on_load=_HEAR, visible="hidden", elem_id="pq-opened")
        asked = gr.HTML(js_on_load=_HEAR, visible="hidden", elem_id="pq-asked")
        sections: list[Section] = []
        tabs: dict[str, gr.Tab] = {}
        with gr.Tabs(elem_id="pq-tabs") as bar:
            frame = Frame(lang, bar, opened, asked)
            for kind in SECTIONS:
                with gr.Tab(label(f"tab.{kind.key}", "zh"), id=kind.key, elem_id=f"pq-tab-{kind.key}") as tab:
                    section = kind(service, frame)
                    section.build()
                tabs[kind.key] = tab
                sections.append(section)
        for section in sections:
            section.wire()

        def head(language: Lang, request: gr.Request) -> Updates:
            named: Updates = {
                tab: gr.update(label=label(f"tab.{key}", language)) for key, tab in tabs.items()
            }
            said = {title: _title(language), notice: _notice(service, language)}
            return named | said | {who: badge(visitor_of(request), language)}

        frame.worded.append(Wording(head, shown=[title, notice, who, *tabs.values()]))
        _speak(page, frame)
        for arrive in frame.arrived:
            arrive(page)
    page.max_threads = 2 * ANSWERS_AT_ONCE
    page.state_session_capacity = _TABS
    page.queue(default_concurrency_limit=ANSWERS_AT_ONCE, api_open=False)
    chat = next(section for section in sections if isinstance(section, Chat))
    return page, chat.visits


def _speak(page: gr.Blocks, frame: Frame) -> None:
    """Put all parts into the visitor's language in one call: on each choice of one, and when the page is loaded."""

    def together(parts: Sequence[Wording]) -> tuple[Callable[..., Updates], list[Any], list[Any]]:
        def translate(request: gr.Request, language: Lang, *values: Any) -> Updates:
            rest = iter(values)
            updates: Updates = {}
            for part in parts:
                updates |= part.translate(language, request, *islice(rest, len(part.given)))
            return updates

        given = [widget for part in parts for widget in part.given]
        return translate, [frame.lang, *given], [widget for part in parts for widget in part.shown]

    translate, given, shown = together(frame.worded)
    frame.lang.input(translate, given, shown, js="policyqaLanguage", **QUICK)
    choose = Wording(
        lambda language, _: {frame.lang: gr.skip() if language == _FIRST else language}, shown=[frame.lang]
    )
    welcome, given, shown = together([choose, *(part for part in frame.worded if not part.arrives)])
    page.load(welcome, given, shown, js="policyqaWelcome", api_name="welcome", **QUICK)


def mount_options() -> dict[str, Any]:
    """Return what `mount_gradio_app` needs for the look of the page and to keep everything on this machine."""
    fonts = [
        gr.themes.Font(name)
        for name in ("PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC")
    ]
    sans = [gr.themes.Font("system-ui"), *fonts, gr.themes.Font("sans-serif")]
    theme = gr.themes.Default(
        primary_hue=_ACCENT, neutral_hue="slate", font=sans, font_mono=[gr.themes.Font("monospace")]
    )
    # An empty or half-typed list is written in it: Gradio's own shade has a contrast of 2.6 on white.
    theme.set(body_text_color_subdued="*neutral_600")
    return {
        "theme": theme,
        # Not as `css`: Gradio rewrites its selectors, and drops those that begin above its own frame.
        "head": f"<style>{_assets('css')}</style><script>{_assets('js')}</script>",
        "ssr_mode": False,
        "mcp_server": False,
        "run_history": False,
        "enable_monitoring": False,
        "footer_links": [],
        "max_file_size": "300mb",
        "app_kwargs": {"openapi_url": None},
    }


def _assets(ending: str) -> str:
    """Return the style sheets or the scripts of the page: its own first, then those of its parts."""
    found = [
        file for file in files("ui.web").joinpath("assets").iterdir() if file.name.endswith(f".{ending}")
    ]
    found.sort(key=lambda file: (file.name != f"page.{ending}", file.name))
    return "\n".join(file.read_text(encoding="utf-8") for file in found)


def _title(lang: Lang) -> str:
    return f"<h1>{label('app', lang)}</h1><p>{label('tagline', lang)}</p>"


def _notice(service: Service, lang: Lang) -> str:
    said = service.assistant.notice(lang)
    return f"<p>{shown(said)}</p>" if said else ""
