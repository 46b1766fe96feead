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
