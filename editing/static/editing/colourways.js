// The colour picker and painted regions. Without this script the palettes and the list still work.
import { setUpPainting } from "./painter.js";

const form = document.getElementById("colourways");
if (form) {
  setUpPicker(form);
  setUpPainting(form);
}

function changed() {
  form.dispatchEvent(new Event("change", { bubbles: true }));
}

function dot(colour) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  const circle = document.createElementNS(space, "circle");
  svg.setAttribute("class", "swatch");
  svg.setAttribute("viewBox", "0 0 20 20");
  for (const [name, value] of Object.entries({ cx: 10, cy: 10, r: 9, fill: colour })) circle.setAttribute(name, value);
  svg.append(circle);
  return svg;
}

function chip(name, colour) {
  const label = document.createElement("label");
  const box = document.createElement("input");
  const text = document.createElement("span");
  label.className = "chip";
  Object.assign(box, { type: "checkbox", name: "swatch", value: `${name}|${colour}`, checked: true });
  text.textContent = name;
  label.append(box, dot(colour), text);
  return label;
}

function setUpPicker() {
  const own = form.querySelector("[data-own-colours]");
  const picker = form.querySelector("[data-picker]");
  const nameField = picker.querySelector("#picked-name");
  picker.hidden = false;

  const add = () => {
    const colour = picker.querySelector("#picked").value;
    own.hidden = false;
    own.querySelector(".chips").append(chip(nameField.value.trim().replaceAll("|", " ") || colour, colour));
    nameField.value = "";
    changed();
  };
  picker.querySelector("[data-add-colour]").addEventListener("click", add);
  nameField.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    add();
  });
}
