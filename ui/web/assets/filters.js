// A chip, wherever it stands, tells the bar that it belongs to.
document.addEventListener("click", (event) => {
  const chip = event.target.closest && event.target.closest("[data-pq-chip]");
  if (!chip) return;
  event.preventDefault();
  tell(`pq-chips-${chip.dataset.pqBar}`, { act: chip.dataset.pqChip, key: chip.dataset.pqKey });
});
