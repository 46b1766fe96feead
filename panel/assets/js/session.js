/* The sign-in ends while somebody writes: the page stays, with every word, until they are signed in again. A form with something
   to type asks before it is sent whether the person this page was made for is still signed in, for the sign-in page would
   swallow what it holds. The question writes nothing and renews no session. A page with nothing to type goes to the sign-in
   page, as always. */

const FORM = "form[method=post]:not([role=search])";
const FIELD = ":is(textarea, select, input:not([type=hidden]))";
const LONGEST_WAIT = 10_000;

let looking = false;
let held = null;
let passing = null;
let refusedBefore = false;
let closedByHand = false;
let renewedAt = 0;

const dialogue = () => document.querySelector(`${FORM} ${FIELD}`) && document.querySelector("[data-signed-out]");

const token = () => JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];

/* A new sign-in comes with a new token: the answer brings it along. */
const ask = async ({ signedOut, user }) => {
  const answer = await fetch(signedOut, { cache: "no-store", signal: AbortSignal.timeout(LONGEST_WAIT) });
  const said = await answer.json();
  if (!said.user) return "out";
  if (said.user !== user) return "other";
  document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": said.token }));
  document.querySelectorAll("input[name=csrfmiddlewaretoken]").forEach((field) => {
    field.value = said.token;
  });
  return "in";
};

const WHY = {
  in: "You are signed in again. Choose “Try again” to send what you typed.",
  out: "You are not signed in yet.",
  other: "Somebody else is signed in now. Sign in under your own name, so that your words are kept under it.",
  closed: "Copy what you typed, and ask the clerk.",
  unreachable: "Nothing was sent. Try again in a minute.",
};
const HEADING = { closed: "This page is closed to you now", unreachable: "The server could not be reached" };

const show = (found, asked) => {
  const box = dialogue();
  if (asked || found !== "out") box.querySelector("[data-why]").textContent = WHY[found];
  box.querySelector("h2").textContent = HEADING[found] ?? "You have been signed out";
  box.querySelector("[data-sign-in]").hidden = found in HEADING;
  if (box.open) return;
  box.returnValue = "";
  box.showModal();
};

const send = ({ form, button }) => {
  passing = form;
  form.requestSubmit(button);
  passing = null;
};

const goOn = (late) => {
  const box = dialogue();
  box.querySelector("[data-why]").textContent = "";
  box.close("signed-in");
  closedByHand = false;
  /* A no that is not about the sign-in stays a no: then what waits is sent again at its own pace. */
  if (late || Date.now() - renewedAt > LONGEST_WAIT) document.body.dispatchEvent(new CustomEvent("signed-in"));
  renewedAt = Date.now();
  const sending = held;
  held = null;
  if (sending) send(sending);
};

const look = async ({ asked = false, refused = false, late = false } = {}) => {
  if (looking) return;
  looking = true;
  const box = dialogue();
  const wasOpen = box.open;
  const found = await ask(box.dataset).catch(() => "unreachable");
  looking = false;
  /* Closed by hand while it was asked: it stays closed. */
  if (wasOpen && !box.open) return;
  const closed = refused && refusedBefore;
  refusedBefore ||= refused;
  if (found !== "in") show(found, asked);
  else if (closed) show("closed");
  /* Whoever comes back from signing in says themselves when what was held is to go. */
  else if (held && !asked && dialogue().open) show("in");
  else goOn(late);
};

document.addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    if (form === passing || !dialogue() || !form.matches(FORM) || !form.querySelector(FIELD)) return;
    event.preventDefault();
    event.stopPropagation();
    if (held) return;
    held = { form, button: event.submitter };
    look();
  },
  true,
);

document.body.addEventListener("htmx:beforeOnLoad", (event) => {
  const { xhr, elt, requestConfig } = event.detail;
  const box = dialogue();
  if (!box) return;
  const writing = elt.matches("[data-autosave]");
  if (writing && xhr.status < 300) refusedBefore = false;
  const refused = writing && xhr.status === 403;
  const lost = xhr.status === 401 || refused;
  if (!lost && !box.open) return;
  /* Neither the way to the sign-in page nor a fragment made for somebody else belongs here now. */
  event.preventDefault();
  if (lost && (box.open || (closedByHand && requestConfig.verb === "get"))) return;
  /* Sent before the sign-in was renewed, and answered after: that no is about the old one. */
  const late = requestConfig.headers["X-CSRFToken"] !== token();
  look({ refused, late });
});

document.addEventListener("click", (event) => event.target.closest("[data-again]") && look({ asked: true }));
document.addEventListener(
  "close",
  ({ target }) => {
    if (!target.matches("[data-signed-out]") || target.returnValue === "signed-in") return;
    closedByHand = true;
    held = null;
  },
  true,
);
window.addEventListener("focus", () => dialogue()?.open && look());
