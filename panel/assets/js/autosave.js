/* What is written in the meeting saves itself: two seconds after the last key (its hx-trigger), and at least every ten while
   somebody goes on typing. Until it is saved, leaving the page asks first. */
const unsaved = new Map();
const settled = (part) => {
  clearInterval(unsaved.get(part));
  unsaved.delete(part);
};
document.addEventListener("input", (event) => {
  const part = event.target.closest("[data-autosave]");
  if (!part || unsaved.has(part)) return;
  unsaved.set(part, setInterval(() => part.dispatchEvent(new CustomEvent("autosave")), 10_000));
});
document.body.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.successful) settled(event.detail.elt);
});
document.addEventListener("submit", () => [...unsaved.keys()].forEach(settled));
window.addEventListener("beforeunload", (event) => {
  if ([...unsaved.keys()].some((part) => part.isConnected)) event.preventDefault();
});
