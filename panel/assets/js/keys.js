/* The meeting room without a mouse: an element with data-key="n" is pressed by Alt+Shift+n. Browsers and screen readers
   leave that pair free, and single letters would be typed into the reasons by mistake. */

/* Several elements may share a key: each press goes one further, for a step that was just done is not marked at once. */
const last = new Map();

const next = (key) => {
  const targets = [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)];
  if (targets.length < 2) return targets[0];
  const before = document.getElementById(last.get(key) ?? "");
  const after = targets.find((one) => before && before.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING);
  const target = after ?? targets[0];
  last.set(key, target.id);
  return target;
};

/* Firefox follows a link within the page without moving the focus to a field; the keyboard needs it there. */
const go = (link) => {
  const place = document.getElementById(link.hash.slice(1));
  if (!place) return;
  if (!place.matches("a, button, input, select, textarea, [tabindex]")) place.tabIndex = -1;
  place.closest("details:not([open])")?.setAttribute("open", "");
  place.focus();
};

document.addEventListener("keydown", (event) => {
  if (!(event.altKey && event.shiftKey) || event.ctrlKey || event.metaKey) return;
  const key = event.code.replace(/^(Key|Digit)/, "").toLowerCase();
  const target = next(key);
  if (!target) return;
  event.preventDefault();
  target.focus();
  if (target.matches("a, button")) target.click();
});

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("#script a[href^='#'], #undone a[href^='#']");
  if (!link) return;
  event.preventDefault();
  go(link);
});

/* Open where there is room; on a narrow screen folded, so that what matters first comes first. Whatever has the focus stays. */
const fold = () => {
  document.querySelectorAll("details[data-fold-narrow]").forEach((part) => {
    const narrow = window.matchMedia(`(max-width: ${part.dataset.foldNarrow || "48em"})`).matches;
    if (narrow && !part.contains(document.activeElement)) part.removeAttribute("open");
  });
};
fold();
document.body.addEventListener("htmx:afterSettle", (event) => {
  const { elt } = event.detail;
  if (elt === document.body || elt.querySelector?.(".app-folds[data-fold-narrow]")) fold();
});

/* What somebody has unfolded stays so when its part of the page is exchanged, and keeps the focus if it had it. */
let unfolded = [];
let focused = "";
document.body.addEventListener("htmx:beforeSwap", ({ detail }) => {
  unfolded = [...detail.target.querySelectorAll("details[id][open]")].map((part) => part.id);
  focused = detail.target.contains(document.activeElement) ? document.activeElement.id : "";
});
document.body.addEventListener("htmx:afterSwap", () => {
  unfolded.forEach((id) => document.getElementById(id)?.setAttribute("open", ""));
  unfolded = [];
  if (focused && document.activeElement === document.body) document.getElementById(focused)?.focus();
  focused = "";
});
