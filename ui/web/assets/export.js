// Files reach the visitor through the page itself: no address of them exists that somebody else could open.
window.policyqaExports = (trigger, name) => {
  document.addEventListener("click", (event) => {
    const button = event.target.closest && event.target.closest("[data-pq-export]");
    const menu = document.querySelector(".pq-export-menu");
    if (menu && menu.open && (button || !menu.contains(event.target))) {
      menu.open = false;
      if (button && menu.contains(button)) menu.querySelector("summary").focus();
    }
    if (button) trigger(name, { format: button.dataset.pqExport, which: button.dataset.pqWhich });
  });
  document.addEventListener("keydown", (event) => {
    const menu = document.querySelector(".pq-export-menu[open]");
    if (event.key !== "Escape" || !menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
};

const printPage = (html) => {
  document.querySelectorAll("iframe.pq-print").forEach((old) => old.remove());
  const frame = document.createElement("iframe");
  frame.className = "pq-print";
  frame.title = "print";
  // Without allow-scripts nothing that stands in it can run.
  frame.setAttribute("sandbox", "allow-same-origin allow-modals");
  frame.addEventListener("load", () => frame.contentWindow.print(), { once: true });
  frame.srcdoc = html;
  document.body.append(frame);
};

window.policyqaSave = (message) => {
  if (!message) {
    const menu = document.querySelector(".pq-export-menu");
    return menu && window.policyqaSay(menu.dataset.pqNone);
  }
  const file = JSON.parse(message);
  const bytes = Uint8Array.from(atob(file.content), (letter) => letter.charCodeAt(0));
  if (file.print) return printPage(new TextDecoder().decode(bytes));
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([bytes], { type: file.type }));
  link.download = file.name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
};
