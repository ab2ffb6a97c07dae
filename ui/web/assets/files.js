// The base library names its place to drop files in English only; it is given the words that stand over it.
const nameDrop = () => {
  const button = document.querySelector("#pq-f-drop button[aria-dropeffect]");
  const words = [...document.querySelectorAll("#pq-f-hint p > *")].map((line) => line.textContent).join(" ");
  if (button && words && button.getAttribute("aria-label") !== words) button.setAttribute("aria-label", words);
};

// A form that closes gives the focus back to the button that opened it; the list around that may be made anew meanwhile.
let openForm = null;
document.addEventListener("focusin", (event) => {
  const form = event.target.closest("#pq-files form[data-act=save]");
  if (form) openForm = form;
});
const giveBack = (key, tries) => {
  const button = document.querySelector(`#pq-files [data-act="edit"][data-key="${CSS.escape(key)}"]`);
  const target = button && !button.offsetParent ? button.closest("details")?.querySelector("summary") : button;
  const at = document.activeElement;
  if (at && at !== document.body && at !== target) return;
  if (target && at !== target) target.focus();
  if (tries) setTimeout(() => giveBack(key, tries - 1), 50);
};
const formClosed = () => {
  if (!openForm || openForm.isConnected) return;
  const { key } = openForm.dataset;
  openForm = null;
  // Made anew with what was wrong in it, it takes the focus itself.
  if (!document.querySelector("#pq-files form[data-act=save]")) giveBack(key, 30);
};
new MutationObserver(() => {
  nameDrop();
  formClosed();
}).observe(document, { subtree: true, childList: true });
