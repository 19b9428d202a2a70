// Shows the chosen photo before it is sent, and takes one that is dropped.

const form = document.querySelector("[data-photo-form]");
if (form) start(form);

function start(form) {
  const input = form.querySelector("input[type=file]");
  const area = form.querySelector(".drop");
  const over = (on) => (event) => {
    event.preventDefault();
    area.classList.toggle("is-over", on);
  };
  for (const name of ["dragenter", "dragover"]) area.addEventListener(name, over(true));
  for (const name of ["dragleave", "drop"]) area.addEventListener(name, over(false));
  area.addEventListener("drop", (event) => {
    if (!event.dataTransfer.files.length) return;
    input.files = event.dataTransfer.files;
    show(form, input.files[0]);
  });
  input.addEventListener("change", () => show(form, input.files[0]));
  form.addEventListener("submit", () => {
    form.querySelector("button").disabled = true;
    form.setAttribute("aria-busy", "true");
  });
  window.addEventListener("pageshow", () => {
    form.querySelector("button").disabled = false;
  });
}

function show(form, file) {
  const preview = form.querySelector("[data-preview]");
  if (preview.src) URL.revokeObjectURL(preview.src);
  preview.hidden = !file;
  if (!file) return;
  preview.onerror = () => (preview.hidden = true); // a format that this browser does not show
  preview.src = URL.createObjectURL(file);
}
