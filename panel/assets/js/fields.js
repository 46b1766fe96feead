/* Reasons that a letter will print: the page counts along, quietly, and says when there are enough. */
document.addEventListener("input", (event) => {
  const field = event.target.closest("[data-words-wanted]");
  if (!field) return;
  let line = field.parentElement.querySelector("[data-words-so-far]");
  if (!line) {
    line = document.createElement("p");
    line.className = "govuk-hint app-count";
    line.dataset.wordsSoFar = "";
    field.after(line);
  }
  const count = field.value.split(/\s+/).filter(Boolean).length;
  line.textContent = `${count} ${count === 1 ? "word" : "words"} so far, at least ${field.dataset.wordsWanted} wanted`;
});

/* Paper is still wanted in a meeting: a button with data-print opens the browser's own print dialogue. */
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});

/* Boxes that each take so many minutes: the page adds up what is ticked and holds it against the time there is. The server has
   said the same of what was ticked to begin with (meetings/rules/proposing.py). */
document.addEventListener("change", (event) => {
  const form = event.target.closest("[data-tally-of]");
  if (form) addUp(form);
});

/* A browser that comes back to the page keeps the ticks, not the words. */
window.addEventListener("pageshow", () => document.querySelectorAll("[data-tally-of]").forEach(addUp));

function addUp(form) {
  const line = form.querySelector("#tally");
  if (!line) return;
  const ticked = [...form.querySelectorAll("[data-minutes]:checked")];
  const minutes = ticked.reduce((sum, box) => sum + Number(box.dataset.minutes), 0);
  const free = Number(form.dataset.tallyOf);
  const words = `${ticked.length} ${ticked.length === 1 ? "case" : "cases"}, ${minutes} of ${free} minutes`;
  const said = minutes > free ? `${words}: ${minutes - free} too many.` : `${words}.`;
  if (line.textContent !== said) line.textContent = said;
}
