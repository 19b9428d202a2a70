// Sends photos one by one, each with its own progress and answer, then shows the product's photos anew.

const drop = document.querySelector("[data-upload]");
if (drop) start(drop);

function start(form) {
  const input = form.querySelector("input[type=file]");
  const area = form.querySelector(".drop");
  const list = form.querySelector(".uploads");
  const over = (on) => (event) => {
    event.preventDefault();
    area.classList.toggle("is-over", on);
  };
  for (const name of ["dragenter", "dragover"]) area.addEventListener(name, over(true));
  for (const name of ["dragleave", "drop"]) area.addEventListener(name, over(false));
  area.addEventListener("drop", (event) => sendAll(form, list, event.dataTransfer.files));
  input.addEventListener("change", () => {
    const files = [...input.files];
    input.value = "";
    sendAll(form, list, files);
  });
}

async function sendAll(form, list, files) {
  list.replaceChildren();
  const rows = [...files].map((file) => [file, addRow(list, file)]);
  for (const [file, row] of rows) await send(form, file, row);
  const photos = document.querySelector("#photos");
  if (photos) window.htmx.ajax("GET", form.action, { target: "#photos", swap: "outerHTML" });
  document.body.dispatchEvent(new Event("photosChanged"));
}

function addRow(list, file) {
  const row = document.createElement("li");
  const name = document.createElement("span");
  name.textContent = file.name;
  const bar = document.createElement("progress");
  bar.max = 1;
  bar.setAttribute("aria-label", `Sending ${file.name}`);
  row.append(document.createElement("span"), name, bar);
  list.append(row);
  return row;
}

function send(form, file, row) {
  const body = new FormData();
  body.append("photos", file, file.name);
  body.append("csrfmiddlewaretoken", form.querySelector("[name=csrfmiddlewaretoken]").value);
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    const bar = row.querySelector("progress");
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) bar.value = event.loaded / event.total;
    });
    request.addEventListener("loadend", () => {
      show(row, request);
      resolve();
    });
    request.open("POST", form.action);
    request.setRequestHeader("X-Upload", "one");
    request.send(body);
  });
}

function show(row, request) {
  if (request.status === 200) {
    const answer = document.createElement("template");
    answer.innerHTML = request.responseText.trim();
    row.replaceWith(answer.content);
    return;
  }
  row.className = "bad";
  row.querySelector("progress").remove();
  const why = request.status === 413 ? "the file is too large" : "the connection failed; try this file again";
  row.children[1].textContent += `: ${why}.`;
}
