// A request that a page makes by itself and that fails says so in a sentence. What was asked again and works, or the next thing that a
// person does, takes it away; what a page asks in between, such as for progress, does not.

const SENTENCES = new Map([
  [0, "The server cannot be reached. What you see stays; try again in a moment."],
  [403, "You may not do this, or you are signed out: load the page again."],
  [404, "This is no longer there: load the page again."],
  [413, "That is too large to be taken."],
  [429, "That was too often: wait a moment, and try again."],
]);

const place = document.getElementById("unanswered");
let failed = null; // what asked

function say(status, asked) {
  failed = asked;
  const note = document.createElement("p");
  note.className = "note error";
  note.textContent = SENTENCES.get(status) ?? "That did not work, and nothing was changed. Try again in a moment.";
  place.replaceChildren(note);
}

document.addEventListener("htmx:responseError", (event) => say(event.detail.xhr.status, event.detail.elt));
document.addEventListener("htmx:sendError", (event) => say(0, event.detail.elt));
document.addEventListener("htmx:timeout", (event) => say(0, event.detail.elt));
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.requestConfig.triggeringEvent?.isTrusted) place.replaceChildren();
});
document.addEventListener("htmx:afterOnLoad", (event) => {
  if (event.detail.elt === failed && event.detail.xhr.status < 400) place.replaceChildren();
});
