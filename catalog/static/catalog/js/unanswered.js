// A request that a page makes by itself and that fails says so in a sentence; the next one that works takes it away.

const SENTENCES = new Map([
  [0, "The server cannot be reached. What you see stays; try again in a moment."],
  [403, "You may not do this, or you are signed out: load the page again."],
  [404, "This is no longer there: load the page again."],
  [413, "That is too large to be taken."],
  [429, "That was too often: wait a moment, and try again."],
]);

const place = document.getElementById("unanswered");

function say(status) {
  const note = document.createElement("p");
  note.className = "note error";
  note.textContent = SENTENCES.get(status) ?? "That did not work, and nothing was changed. Try again in a moment.";
  place.replaceChildren(note);
}

document.addEventListener("htmx:responseError", (event) => say(event.detail.xhr.status));
document.addEventListener("htmx:sendError", () => say(0));
document.addEventListener("htmx:timeout", () => say(0));
document.addEventListener("htmx:afterOnLoad", (event) => {
  if (event.detail.xhr.status < 400) place.replaceChildren();
});
