// A palette's colours as fields to see and to choose from, in step with the list of lines that is sent.

const form = document.querySelector("[data-palette]");
if (form) start(form);

const LINE = /^(.*?)\s*#?([0-9a-f]{6}|[0-9a-f]{3})$/i;

function start(form) {
  const area = form.querySelector("textarea[name=colours]");
  const rows = document.createElement("ul");
  rows.className = "palette-rows";
  const add = document.createElement("button");
  Object.assign(add, { type: "button", className: "button quiet small", textContent: "Add a colour" });
  add.addEventListener("click", () => {
    area.value = `${area.value.trim()}\nColour #8a8d91`.trim();
    show();
    rows.lastElementChild.querySelector("input").select();
  });

  const lines = () => area.value.split(/[\n,;]/).map((line) => line.trim()).filter(Boolean);
  const write = () => {
    area.value = [...rows.children].map((row) => row.line()).join("\n");
  };

  function row(line) {
    const found = LINE.exec(line);
    const item = document.createElement("li");
    if (!found) {
      item.textContent = `${line}: no colour value`;
      item.className = "bad";
      item.line = () => line;
      return item;
    }
    const [, name, digits] = found;
    const long = digits.length === 3 ? [...digits].map((digit) => digit + digit).join("") : digits;
    const words = Object.assign(document.createElement("input"), { value: name, maxLength: 60, placeholder: "Name" });
    words.setAttribute("aria-label", `Name of #${long}`);
    const colour = Object.assign(document.createElement("input"), { type: "color", value: `#${long.toLowerCase()}` });
    colour.setAttribute("aria-label", `Value of ${name || long}`);
    const remove = Object.assign(document.createElement("button"), { type: "button", className: "button quiet small", textContent: "Remove" });
    remove.setAttribute("aria-label", `Remove ${name || long}`);
    remove.addEventListener("click", () => {
      item.remove();
      write();
    });
    for (const input of [words, colour]) input.addEventListener("input", write);
    item.line = () => `${words.value.trim()} ${colour.value}`.trim();
    item.append(colour, words, remove);
    return item;
  }

  function show() {
    rows.replaceChildren(...lines().map(row));
  }

  area.addEventListener("input", show);
  area.closest(".field").append(rows, add);
  show();
}
