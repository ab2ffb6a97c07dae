// The base library names its place to drop files in English only; it is given the words that stand over it.
const nameDrop = () => {
  const button = document.querySelector("#pq-f-drop button[aria-dropeffect]");
  const words = [...document.querySelectorAll("#pq-f-hint p > *")].map((line) => line.textContent).join(" ");
  if (button && words && button.getAttribute("aria-label") !== words) button.setAttribute("aria-label", words);
};
new MutationObserver(nameDrop).observe(document, { subtree: true, childList: true });
