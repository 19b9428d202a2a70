// The photo, large: in a dialog that fills the screen; a second click shows it at twice the size around that place.

let dialog;

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-zoom]");
  if (!link || event.metaKey || event.ctrlKey) return;
  event.preventDefault();
  event.stopPropagation();
  open(link);
}, true);

function open(link) {
  dialog ??= make();
  const picture = dialog.querySelector("img");
  picture.src = link.href;
  picture.alt = link.querySelector("img").alt;
  dialog.classList.remove("is-close");
  dialog.showModal();
}

function make() {
  const made = document.createElement("dialog");
  made.className = "zoom";
  made.setAttribute("aria-label", "The photo, large");
  made.innerHTML = '<button type="button" class="button quiet" data-close>Close</button><div class="zoom-view" tabindex="0" role="group" aria-label="Photo; click to come closer"><img alt=""></div>';
  document.body.append(made);
  made.addEventListener("click", (event) => {
    if (event.target.closest("[data-close]") || event.target === made) made.close();
    else come(made, event);
  });
  made.querySelector(".zoom-view").addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === " ") come(made, event);
  });
  return made;
}

function come(made, event) {
  const view = made.querySelector(".zoom-view");
  const box = view.getBoundingClientRect();
  const across = event.clientX ? (event.clientX - box.left) / box.width : 0.5;
  const down = event.clientY ? (event.clientY - box.top) / box.height : 0.5;
  made.classList.toggle("is-close");
  view.scrollTo(across * (view.scrollWidth - view.clientWidth), down * (view.scrollHeight - view.clientHeight));
}
