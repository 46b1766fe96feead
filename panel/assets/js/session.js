/* The sign-in ends while somebody writes in the room: the page stays, with every word, until they are signed in again. A page
   takes part by holding the dialogue [data-signed-out]; any other goes to the sign-in page, as always. */

const dialogue = document.querySelector("[data-signed-out]");
let looking = false;
let closedByHand = false;
let renewedAt = 0;

const who = (page) => page.querySelector(".app-account span")?.textContent.trim() ?? "";

/* A new sign-in comes with a new token: ask for this page once more, and take the token from it. */
const renew = async () => {
  const answer = await fetch(window.location.pathname + window.location.search, { cache: "no-store" });
  if (new URL(answer.url).pathname.startsWith("/accounts/")) return "out";
  if (!answer.ok) return "closed";
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (who(page) !== who(document)) return "other";
  const headers = page.body.getAttribute("hx-headers");
  const token = JSON.parse(headers)["X-CSRFToken"];
  document.body.setAttribute("hx-headers", headers);
  document.querySelectorAll("input[name=csrfmiddlewaretoken]").forEach((field) => {
    field.value = token;
  });
  return "in";
};

const WHY = {
  out: "You are not signed in yet.",
  other: "Somebody else is signed in now. Sign in under your own name, so that your words are kept under it.",
  closed: "This page is closed to you now. Copy what you typed, and ask the clerk.",
  unreachable: "The server could not be reached. Try again in a minute.",
};

const look = async (asked) => {
  if (looking) return;
  looking = true;
  const found = await renew().catch(() => "unreachable");
  looking = false;
  if (found === "in") {
    dialogue.close();
    closedByHand = false;
    /* A no that is not about the sign-in stays a no: then what waits is sent again at its own pace. */
    if (Date.now() - renewedAt > 10_000) document.body.dispatchEvent(new CustomEvent("signed-in"));
    renewedAt = Date.now();
    return;
  }
  dialogue.querySelector("[data-why]").textContent = asked || found !== "out" ? WHY[found] : "";
  if (!dialogue.open) dialogue.showModal();
};

if (dialogue) {
  document.body.addEventListener("htmx:beforeOnLoad", (event) => {
    const { xhr, requestConfig } = event.detail;
    const lost = xhr.status === 401 || xhr.status === 403;
    if (!lost && !dialogue.open) return;
    /* Neither the way to the sign-in page nor a fragment made for somebody else belongs here now. */
    event.preventDefault();
    if (lost && (dialogue.open || (closedByHand && requestConfig.verb === "get"))) return;
    look(false);
  });
  dialogue.querySelector("[data-again]").addEventListener("click", () => look(true));
  dialogue.addEventListener("cancel", () => {
    closedByHand = true;
  });
  window.addEventListener("focus", () => dialogue.open && look(false));
}
