/* Everything works without this file. It switches on GOV.UK Frontend's components, again for what htmx brings in,
   and moves the focus to the answer. The content policy allows no inline script, so behaviour hangs on data attributes. */
import { initAll } from "./govuk-frontend.min.js";

document.body.classList.add("js-enabled", "govuk-frontend-supported");
initAll();

/* An answer that asks for attention: the error summary first, else what the server marked. */
const attention = ".govuk-error-summary, [data-focus]";

document.body.addEventListener("htmx:afterSettle", (event) => {
  const swapped = event.detail.elt;
  if (!swapped.isConnected) return;
  initAll({ scope: swapped.parentElement ?? swapped });
  const target = swapped.matches(attention) ? swapped : swapped.querySelector(attention);
  if (!target) return;
  if (!target.matches("a, button, input, select, textarea, [tabindex]")) target.tabIndex = -1;
  target.focus();
});

/* A refusal (409) or a form with errors (422) is an answer to show, not a failure to hide. */
document.body.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.xhr.status === 409 || event.detail.xhr.status === 422) {
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  }
});

/* What was typed is never lost: a request that could not be sent says so beside its form and leaves the form alone. */
const notSent = (event) => {
  const form = event.detail.elt.closest("form") ?? event.detail.elt;
  let notice = form.querySelector("[data-not-sent]");
  if (!notice) {
    notice = document.createElement("p");
    notice.className = "govuk-error-message";
    notice.dataset.notSent = "";
    notice.setAttribute("role", "alert");
    form.prepend(notice);
  }
  notice.textContent = "This was not saved, because the server could not be reached. What you typed is still here. Try again.";
};
document.body.addEventListener("htmx:sendError", notSent);
document.body.addEventListener("htmx:timeout", notSent);
document.body.addEventListener("htmx:beforeRequest", (event) => {
  event.detail.elt.closest("form")?.querySelector("[data-not-sent]")?.remove();
});

/* The meeting room without a mouse: an element with data-key="n" is pressed by Alt+Shift+n. Browsers and screen readers
   leave that pair free, and single letters would be typed into the reasons by mistake. */
document.addEventListener("keydown", (event) => {
  if (!(event.altKey && event.shiftKey) || event.ctrlKey || event.metaKey) return;
  const key = event.code.replace(/^(Key|Digit)/, "").toLowerCase();
  const target = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (!target) return;
  event.preventDefault();
  target.focus();
  if (target.matches("a, button")) target.click();
});

/* Paper is still wanted in a meeting: a button with data-print opens the browser's own print dialogue. */
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});
