/* What is written in the meeting saves itself: two seconds after the last key (its hx-trigger), and at least every ten while
   somebody goes on typing. One line of the page says how it stands. What could not be saved stays in this page's memory, and
   nowhere else, and is sent again, each time a little later. It is sent under the same number, so that what had arrived after
   all is kept once. Until everything is saved, leaving the page asks first. */

const EVERY = 10_000;
const FIRST_WAIT = 2_000;
const LONGEST_WAIT = 30_000;

const waiting = new Map();
let lastSaved = null;
let afterwards = null;

const save = (part) => part.dispatchEvent(new CustomEvent("autosave"));

const settle = (part) => {
  const one = waiting.get(part);
  clearInterval(one.every);
  clearTimeout(one.again);
  waiting.delete(part);
};

const begin = (part) => {
  const every = setInterval(() => waiting.get(part)?.failed || save(part), EVERY);
  const one = { typed: 0, sent: 0, since: new Date(), sending: false, failed: false, attempts: 0, every };
  waiting.set(part, one);
  return one;
};

const clock = (at, parts) => at.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit", ...parts });

const say = (state, words) => {
  const line = document.querySelector("[data-saving]");
  if (!line || line.textContent === words) return;
  line.dataset.saving = state;
  line.textContent = words;
};

/* How everything stands, in one line; a part that a choice between two texts has replaced is nobody's worry any more. */
const tell = () => {
  [...waiting.keys()].filter((part) => !part.isConnected).forEach(settle);
  const all = [...waiting.values()];
  const failed = all.filter((one) => one.failed);
  if (failed.length) {
    afterwards = null;
    const since = new Date(Math.min(...failed.map((one) => one.since.getTime())));
    say("failed", `Not saved since ${clock(since)} – keep this page open`);
  } else if (all.some((one) => one.sending)) {
    say("saving", "Saving");
  } else if (!all.length && lastSaved) {
    say("saved", `Saved ${clock(lastSaved, { second: "2-digit" })}`);
  } else if (!all.length && document.querySelector("[data-saving=failed]")) {
    say("", "");
  }
  if (!waiting.size && afterwards) {
    const go = afterwards;
    afterwards = null;
    go();
  }
};

const arrived = (part, one) => {
  lastSaved = new Date();
  Object.assign(one, { failed: false, attempts: 0, since: lastSaved });
  clearTimeout(one.again);
  if (one.typed === one.sent) settle(part);
  else if (afterwards) save(part);
};

const sendAgain = (part, one) => {
  one.failed = true;
  clearTimeout(one.again);
  one.again = setTimeout(() => save(part), Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** one.attempts));
  one.attempts += 1;
};

document.addEventListener("input", (event) => {
  const part = event.target.closest("[data-autosave]");
  if (!part) return;
  const one = waiting.get(part) ?? begin(part);
  one.typed += 1;
});

/* Two texts are shown: saving again would meet the same two and exchange the buttons under the hand that reaches for one. */
const awaitsChoice = (part) => part.querySelector("[name=choice]") !== null;

document.body.addEventListener("htmx:beforeRequest", (event) => {
  const part = event.detail.elt;
  const one = waiting.get(part);
  if (!one) return;
  if (awaitsChoice(part)) {
    event.preventDefault();
    one.failed = true;
    tell();
    return;
  }
  Object.assign(one, { sent: one.typed, sending: true });
  tell();
});

/* A choice between two texts is sent by its button, and replaces the part that waited. */
const isChoice = (detail) => (detail.requestConfig?.elt ?? detail.elt).name === "choice";

document.body.addEventListener("htmx:afterRequest", (event) => {
  const part = event.detail.elt;
  const { status } = event.detail.xhr;
  if (isChoice(event.detail) && status >= 200 && status < 300) {
    lastSaved = new Date();
    tell();
  }
  const one = waiting.get(part);
  if (!one) return;
  one.sending = false;
  /* Two texts, or a rule's no: the answer says so beside the field, and sending the same again would change nothing. */
  if (status === 409 || status === 422) one.failed = true;
  else if (status >= 200 && status < 300) arrived(part, one);
  else sendAgain(part, one);
  tell();
});

/* What was typed after the text of others was asked for is saved first, and then both texts are shown. */
document.body.addEventListener("htmx:beforeSwap", (event) => {
  const { requestConfig, target } = event.detail;
  if (requestConfig?.elt.name !== "show" || !waiting.has(target)) return;
  event.detail.shouldSwap = false;
  save(target);
});

document.body.addEventListener("htmx:afterSettle", tell);

const now = () => [...waiting].filter(([, one]) => one.failed && !one.sending).forEach(([part]) => save(part));
window.addEventListener("online", now);
document.body.addEventListener("signed-in", now);

/* The whole form leaves the page: first what it holds is saved, so that a sign-in page in its way cannot swallow a word. */
document.addEventListener("submit", (event) => {
  const form = event.target;
  const parts = [...waiting].filter(([part]) => form.contains(part));
  if (!parts.length) return;
  event.preventDefault();
  /* Two texts wait for a choice, and nothing is sent before it: lead whoever pressed the button there. */
  const stopped = parts.map(([part]) => part).find(awaitsChoice);
  if (stopped) {
    const both = stopped.querySelector("[data-focus]");
    both.tabIndex = -1;
    both.focus();
    return;
  }
  const button = event.submitter;
  afterwards = () => form.requestSubmit(button);
  parts.filter(([, one]) => !one.sending).forEach(([part]) => save(part));
});

window.addEventListener("beforeunload", (event) => {
  if ([...waiting.keys()].some((part) => part.isConnected)) event.preventDefault();
});
