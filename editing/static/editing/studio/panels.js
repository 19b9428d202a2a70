// The controls around the canvas: they say what they want of the studio, and show what it is.

import { removeMarks } from "./document.js";
import { realismAt, realismPosition, strengthAt, strengthPosition } from "./scales.js";

const NAMES = { colour: "Colour", sketch: "Outline", warp: "Pull", keep: "Keep as is", remove: "Remove", look: "Material", units: "Change", attribute: "Attribute", morph: "Blend" };

export class Panels {
  #studio;
  #root;
  #ownParts = new Map();
  #labels = new Map(); // attribute id: its name

  constructor(root, studio) {
    this.#studio = studio;
    this.#root = root;
    this.#bindTools();
    this.#bindSliders();
    this.#bindActions();
  }

  #all = (selector) => [...this.#root.querySelectorAll(selector)];
  #one = (selector) => this.#root.querySelector(selector);

  #bindTools() {
    for (const input of this.#all("input[name=tool]")) input.addEventListener("change", () => this.#studio.setTool(input.value));
    this.#one("#brush").addEventListener("input", (event) => this.#studio.setBrush(event.target.valueAsNumber));
    this.#one("#colour").addEventListener("input", (event) => this.#studio.setColour(event.target.value));
    for (const swatch of this.#all("[data-swatch]")) {
      paintSwatch(swatch);
      swatch.addEventListener("click", () => this.#studio.setColour(swatch.dataset.swatch));
    }
  }

  #bindSliders() {
    const weight = (name, at) => this.#one(`#${name}`).addEventListener("input", (event) =>
      this.#studio.setOption(name, at(event.target.valueAsNumber)));
    weight("strength", strengthAt);
    weight("realism", realismAt);
    this.#one("#reveal").addEventListener("input", (event) => this.#studio.setReveal(event.target.valueAsNumber / 100));
    this.#one("#sequence").addEventListener("input", (event) => this.#studio.showFrame(event.target.valueAsNumber / 100));
    for (const slider of this.#all("[data-attribute]")) {
      this.#labels.set(Number(slider.dataset.attribute), slider.dataset.name);
      slider.addEventListener("input", () => this.#studio.setAttribute(Number(slider.dataset.attribute), slider.valueAsNumber));
    }
    this.#one("#morph")?.addEventListener("input", (event) => this.#studio.setMorphAmount(event.target.valueAsNumber / 100));
    for (const choice of this.#all("input[name=morph-photo]")) {
      choice.addEventListener("change", () => this.#studio.setMorphPhoto(choice.value === "" ? null : Number(choice.value)));
    }
    for (const choice of this.#all("input[name=look-photo]")) {
      choice.addEventListener("change", () => this.#studio.setLook({ photo: choice.value === "" ? null : Number(choice.value) }));
    }
    this.#one("#look-region")?.addEventListener("change", (event) => this.#studio.setLook({ region: event.target.value }));
    this.#one("#look-scale")?.addEventListener("input", (event) => this.#studio.setLook({ scale: event.target.valueAsNumber / 100 }));
    this.#bindUnits();
    // The end of a slider's movement closes its step in the history.
    this.#root.addEventListener("change", (event) => event.target.matches("[type=range]") && this.#studio.sealStep());
  }

  #bindUnits() {
    const what = this.#one("#units-what");
    if (!what) return;
    const strength = this.#one("#units-strength");
    const chosen = () => {
      const [first, second] = what.value.split(" ");
      const meant = first === "own" ? { type: "own_part", group: Number(second) } : { type: "units", part: first, action: second };
      return { ...meant, strength: strength.valueAsNumber / 100 };
    };
    for (const option of what.options) if (option.dataset.name) this.#ownParts.set(Number(option.value.split(" ")[1]), option.dataset.name);
    this.#studio.units = chosen();
    for (const field of [what, strength]) field.addEventListener("change", () => this.#studio.setUnits(chosen()));
  }

  #bindActions() {
    const actions = {
      undo: () => this.#studio.undo(),
      redo: () => this.#studio.redo(),
      reset: () => this.#studio.reset(),
      fit: () => this.#studio.stage.fit(),
      "zoom-in": () => this.#studio.zoom(1.25),
      "zoom-out": () => this.#studio.zoom(0.8),
      marks: () => this.#studio.toggleMarks(),
    };
    for (const button of this.#all("[data-action]")) button.addEventListener("click", actions[button.dataset.action]);
  }

  showTool({ tool, colour, brush }) {
    const input = this.#one(`input[name=tool][value=${tool}]`);
    if (input) input.checked = true;
    this.#one("#colour").value = colour;
    this.#one("#brush").value = brush;
    this.#root.dataset.tool = tool;
    for (const swatch of this.#all("[data-swatch]")) swatch.setAttribute("aria-pressed", String(swatch.dataset.swatch === colour));
  }

  showMarksToggle(visible) {
    this.#one("[data-action=marks]").setAttribute("aria-pressed", String(visible));
  }

  showDocument(document, { canUndo, canRedo }) {
    this.#one("[data-action=undo]").disabled = !canUndo;
    this.#one("[data-action=redo]").disabled = !canRedo;
    this.#one("[data-action=reset]").disabled = document.marks.length === 0;
    this.#one("#strength").value = strengthPosition(document.options.strength);
    this.#one("#realism").value = realismPosition(document.options.realism);
    this.#showAttributes(document);
    this.#showMorph(document);
    this.#showLook(document);
    this.#listMarks(document);
  }

  #showLook(document) {
    const mark = document.marks.find((each) => each.type === "look");
    const look = mark ? { photo: mark.photo, region: mark.region, scale: mark.scale ?? 1 } : this.#studio.look;
    if (mark) this.#studio.look = look;
    const choice = this.#one(`input[name=look-photo][value="${(mark || look.region === "painted" ? look.photo : null) ?? ""}"]`);
    if (!choice) return;
    choice.checked = true;
    this.#one("#look-region").value = look.region;
    this.#one("#look-scale").value = Math.round(100 * look.scale);
  }

  #showAttributes(document) {
    const amounts = new Map(document.marks.filter((mark) => mark.type === "attribute").map((mark) => [mark.attribute, mark.amount]));
    for (const slider of this.#all("[data-attribute]")) {
      const amount = amounts.get(Number(slider.dataset.attribute)) ?? 0;
      slider.value = amount;
      slider.closest("[data-row]").querySelector("output").value = amount === 0 ? "0" : `${amount > 0 ? "+" : "−"}${Math.abs(amount)}`;
    }
  }

  #showMorph(document) {
    const morph = document.marks.find((mark) => mark.type === "morph");
    const choice = this.#one(`input[name=morph-photo][value="${morph?.photo ?? ""}"]`);
    if (choice) choice.checked = true;
    const slider = this.#one("#morph");
    if (!slider) return;
    slider.disabled = !morph;
    slider.value = Math.round(100 * (morph?.amount ?? 0.5));
  }

  #listMarks(marked) {
    const list = this.#one("#marks");
    this.#one("[data-no-marks]").hidden = marked.marks.length > 0;
    list.replaceChildren(...marked.marks.map((mark) => this.#markItem(mark)));
  }

  /** The keyboard's way to a part: a button for each that was found. */
  showParts(parts) {
    const buttons = parts.names.map((name) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "button small";
      button.textContent = parts.word(name);
      button.addEventListener("click", () => this.#studio.colourNamed(name));
      for (const begins of ["focus", "pointerenter"]) button.addEventListener(begins, () => this.#studio.pointAt(name));
      for (const ends of ["blur", "pointerleave"]) button.addEventListener(ends, () => this.#studio.pointAt(null));
      return button;
    });
    this.#one("#parts").replaceChildren(...buttons);
    this.#one("[data-parts]").hidden = buttons.length === 0;
  }

  #markItem(mark) {
    const item = document.createElement("li");
    const name = this.#describe(mark);
    if (mark.colour) {
      const dot = document.createElement("span");
      dot.className = "studio-dot";
      dot.style.backgroundColor = mark.colour;
      item.append(dot);
    }
    const label = document.createElement("span");
    label.textContent = name;
    const remove = document.createElement("button");
    remove.type = "button";
    remove.className = "studio-remove";
    remove.textContent = "×";
    remove.setAttribute("aria-label", `Remove: ${name}`);
    remove.addEventListener("click", () => {
      this.#studio.replaceDocument((current) => removeMarks(current, (other) => other === mark));
      (this.#one(".studio-remove") ?? this.#one("#stage")).focus();
    });
    item.append(label, remove);
    return item;
  }

  #describe(mark) {
    const name = NAMES[mark.type] ?? mark.type;
    if (mark.type === "attribute") return `${this.#labels.get(mark.attribute) ?? name} ${mark.amount > 0 ? "+" : "−"}${Math.abs(mark.amount)}`;
    if (mark.type === "swatch") return `Part: ${this.#studio.partWords[mark.region] ?? mark.region}`;
    if (mark.type === "morph") return `${name} ${Math.round(100 * mark.amount)} %`;
    if (mark.type === "own_part") return `${NAMES.units}: ${this.#ownParts.get(mark.group) ?? "your own"}`;
    if (mark.type === "units") return `${name}: ${mark.part}, ${mark.action}`;
    const count = (mark.strokes ?? mark.drags ?? [0]).length;
    return count > 1 ? `${name} × ${count}` : name;
  }
}

/** Strict CSP forbids style attributes in the page; setting the property from here is allowed. */
export function paintSwatch(element) {
  element.style.setProperty("--swatch", element.dataset.swatch);
}
