"""What one visitor has open on this tab."""

from dataclasses import dataclass, field

from ui.web.files.listing import Wanted

ACTS = """
const told = (from) => ({ act: from.dataset.act, key: from.dataset.key || "" });
const filled = (form) => ({ ...told(form), typed: Object.fromEntries(new FormData(form)) });
element.addEventListener("click", (event) => {
  const from = event.target.closest("button[data-act]");
  if (from) trigger("select", { ...told(from), typed: {} });
});
element.addEventListener("submit", (event) => {
  event.preventDefault();
  const form = event.target.closest("form[data-act]");
  if (form) trigger("select", filled(form));
});
element.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-live]");
  if (form) trigger("select", filled(form));
});
"""
"""Script of an HTML widget: its buttons and forms are heard as `select` with `act`, `key` and what was `typed`."""
FORM = (
    ACTS
    + """
const goto = (tries) => {
  const field = element.querySelector("form input");
  if (!field) return;
  // The column around it may become visible a little later.
  if (!field.offsetParent) { if (tries) setTimeout(() => goto(tries - 1), 50); return; }
  field.closest("form").scrollIntoView({ block: "nearest" });
  field.focus({ preventScroll: true });
};
// A column that was not visible is made anew with the form in it, and nothing has changed then.
goto(40);
watch("value", () => goto(40));
"""
)
"""The same for a form, which is gone to when it opens."""
LINK = (
    ACTS
    + """
watch("value", () => { const link = element.querySelector("a[download]"); if (link) link.click(); });
"""
)
"""The same for notes; a file in one is saved at once."""


@dataclass
class Look:
    """What one visitor has open; nothing of it is shared."""

    upload: str = ""
    """Key of the draft whose form is open among the uploads."""
    document: str = ""
    """Id of the document whose form is open among the sources."""
    wanted: Wanted = field(default_factory=Wanted)
    sent: str = ""
    """The cards as they were sent last; the same ones are not sent again."""
