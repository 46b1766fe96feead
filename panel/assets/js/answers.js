/* Answers that come by htmx: components are switched on in what they bring in, the focus goes to what asks for it, and a
   failure is said beside the form, which stays as it is. */
import { initAll } from "./govuk-frontend.min.js";

/* An answer that asks for attention: the error summary first, else what the server marked, else the message or the heading of a
   whole new page, or the heading of the part that a button leads to. */
const attention = ".govuk-error-summary, [data-focus]";
let wholePage = false;
const here = () => window.location.pathname + window.location.search;
let address = here();

const beginning = () => {
  const main = document.querySelector("#main-content");
  return main.querySelector(".govuk-notification-banner[role=alert]") ?? main.querySelector("h1");
};

document.body.addEventListener("htmx:afterSettle", (event) => {
  const swapped = event.detail.elt;
  if (!swapped.isConnected) return;
  initAll({ scope: swapped.parentElement ?? swapped });
  const answer = swapped.matches(attention) ? swapped : swapped.querySelector(attention);
  const leads = event.detail.requestConfig?.elt.matches("[data-leads]");
  const target = answer ?? (wholePage ? beginning() : leads ? swapped.querySelector("h2") : null);
  wholePage = false;
  if (!target) return;
  if (!target.matches("a, button, input, select, textarea, [tabindex]")) target.tabIndex = -1;
  target.focus();
});

/* What was typed is never lost: whatever goes wrong is said beside the form, and the form stays as it is. Of a part that saves
   itself the page's own line speaks; a page that looks for news by itself just looks again. */
const speaksElsewhere = (element) => element.matches("[data-autosave], [hx-trigger^='every']");
const say = (element, sentence) => {
  if (speaksElsewhere(element)) return;
  const form = element.closest("form") ?? element;
  let notice = form.querySelector("[data-not-saved]");
  if (!notice) {
    notice = document.createElement("p");
    notice.className = "govuk-error-message";
    notice.dataset.notSaved = "";
    notice.setAttribute("role", "alert");
    form.prepend(notice);
  }
  notice.textContent = sentence;
};

const isPage = (text) => /^\s*<!doctype html/i.test(text);
const parsed = (text) => new DOMParser().parseFromString(text, "text/html");

/* A fragment goes where it was asked for, and so does the part of a page that hx-select names. */
const belongsInPlace = (element, text) => {
  const part = element.closest("[hx-select]")?.getAttribute("hx-select");
  return !isPage(text) || (part && parsed(text).querySelector(part) !== null);
};

/* A page's own words about a failure: its list of errors, else its heading and first sentence. */
const wordsOf = (text) => {
  if (!isPage(text)) return text.length < 300 && !text.includes("<") ? text : "";
  const main = parsed(text).querySelector("#main-content");
  const summary = main?.querySelector(".govuk-error-summary__body");
  if (summary) return summary.textContent.trim().replace(/\s+/g, " ");
  const parts = [main?.querySelector("h1"), main?.querySelector("p")].map((part) => part?.textContent.trim());
  return parts.filter(Boolean).join(". ");
};

document.body.addEventListener("htmx:beforeSwap", (event) => {
  /* Who asked: the element of the event itself is the one that would be exchanged. */
  const { xhr } = event.detail;
  const elt = event.detail.requestConfig?.elt ?? event.detail.elt;
  const inPlace = belongsInPlace(elt, xhr.responseText);
  if (xhr.status >= 400) {
    /* A fragment that answers 409 or 422 holds the form with its errors: show it. */
    const isForm = (xhr.status === 409 || xhr.status === 422) && inPlace;
    event.detail.shouldSwap = isForm;
    event.detail.isError = false;
    if (!isForm) say(elt, wordsOf(xhr.responseText) || "This was not saved. What you typed is still here. Try again in a minute.");
  } else if (!inPlace && event.detail.target !== document.body) {
    /* The step ended on another page: become that page, with its address. */
    event.detail.target = document.body;
    event.detail.swapOverride = "innerHTML";
    wholePage = true;
    if (xhr.responseURL && xhr.responseURL !== window.location.href) history.pushState(null, "", xhr.responseURL);
    address = here();
  }
});

/* A large paper takes a while: its form shows how far the upload is. */
document.body.addEventListener("htmx:xhr:progress", (event) => {
  const bar = event.target.closest?.("[data-upload]")?.querySelector("progress");
  if (!bar || !event.detail.lengthComputable) return;
  bar.hidden = false;
  bar.value = Math.round((100 * event.detail.loaded) / event.detail.total);
});

const notSent = (event) => {
  say(event.detail.elt, "This was not saved, because the server could not be reached. What you typed is still here. Try again.");
};
document.body.addEventListener("htmx:sendError", notSent);
document.body.addEventListener("htmx:timeout", notSent);
document.body.addEventListener("htmx:beforeRequest", (event) => {
  event.detail.elt.closest("form")?.querySelector("[data-not-saved]")?.remove();
});

/* A file over the limit would be turned away unread, and the connection with it: say so before it is sent. */
document.body.addEventListener("htmx:beforeRequest", (event) => {
  const field = event.detail.elt.querySelector?.("input[type=file][data-limit-bytes]");
  const limit = Number(field?.dataset.limitBytes);
  if (!field?.files[0] || field.files[0].size <= limit) return;
  event.preventDefault();
  say(event.detail.elt, `The file is too large. The limit is ${Math.floor(limit / 1024 / 1024)} MB.`);
});

/* No page is kept in the browser's storage, so going back asks the server again; a jump within the page does not. */
document.body.addEventListener("htmx:pushedIntoHistory", () => {
  address = here();
});
window.addEventListener("popstate", () => {
  if (here() !== address) window.location.reload();
});

/* Outcomes that the answers leave no room for are shut; one that is ticked stays as it came back, with the reason beside it. */
const shut = (within) => {
  within.querySelectorAll("[data-off]:not(:checked)").forEach((choice) => {
    choice.disabled = true;
  });
};
shut(document);
document.body.addEventListener("htmx:load", (event) => shut(event.detail.elt));

/* What was chosen while an answer was on its way stays chosen, if the answer still leaves room for it. What says the same as
   before is left where it is: a key held down while its field is exchanged would be lost. */
const unticked = (part) => part?.innerHTML.replaceAll(/ (checked|disabled)=""/g, "").replaceAll(/\s+/g, " ");
document.body.addEventListener("htmx:oobBeforeSwap", (event) => {
  const now = event.detail.fragment.querySelector(`#${CSS.escape(event.detail.target.id)}`);
  if (unticked(now) === unticked(event.detail.target)) {
    event.detail.shouldSwap = false;
    return;
  }
  const chosen = event.detail.target.querySelector("input:checked");
  const same = chosen && event.detail.fragment.querySelector(`#${CSS.escape(chosen.id)}`);
  if (same && !same.matches("[data-off]")) same.checked = true;
});
