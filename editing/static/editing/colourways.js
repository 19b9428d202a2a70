// The colour picker and "all on this page". Without this script the palettes and the list still work.
const form = document.getElementById("colourways");

if (form) {
  const own = form.querySelector("[data-own-colours]");
  const picker = form.querySelector("[data-picker]");
  picker.hidden = false;

  const changed = () => form.dispatchEvent(new Event("change", { bubbles: true }));

  const dot = (colour) => {
    const space = "http://www.w3.org/2000/svg";
    const svg = document.createElementNS(space, "svg");
    const circle = document.createElementNS(space, "circle");
    svg.setAttribute("class", "swatch");
    svg.setAttribute("viewBox", "0 0 20 20");
    for (const [name, value] of Object.entries({ cx: 10, cy: 10, r: 9, fill: colour })) circle.setAttribute(name, value);
    svg.append(circle);
    return svg;
  };

  const addColour = () => {
    const colour = picker.querySelector("#picked").value;
    const nameField = picker.querySelector("#picked-name");
    const name = nameField.value.trim().replaceAll("|", " ") || colour;
    const label = document.createElement("label");
    const box = document.createElement("input");
    const text = document.createElement("span");
    label.className = "chip";
    Object.assign(box, { type: "checkbox", name: "swatch", value: `${name}|${colour}`, checked: true });
    text.textContent = name;
    label.append(box, dot(colour), text);
    own.hidden = false;
    own.querySelector(".chips").append(label);
    nameField.value = "";
    changed();
  };

  picker.querySelector("[data-add-colour]").addEventListener("click", addColour);
  picker.querySelector("#picked-name").addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    addColour();
  });
  form.querySelector("[data-choose-all]").addEventListener("change", (event) => {
    for (const box of form.querySelectorAll('input[name="photos"]')) box.checked = event.target.checked;
    changed();
  });
}
