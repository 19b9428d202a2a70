// The outline's page: shows what was found, sends marks, waits for what is found by them, and confirms.

import { CanvasInput } from "../studio/input.js";
import { Stage } from "../studio/stage.js";
import { Desk } from "./desk.js";
import { fromStored, isSame, toStored } from "./marks.js";
import { shaded } from "./shade.js";

const AGAIN_MS = 700;
const SENTENCES = {
  finding: "Looking for the product …",
  found: "Found. What lies in the shade is not taken for product.",
  doubtful: "It is not certain where the product ends. Is this right?",
  confirmed: "Confirmed: this is the product.",
};
const TOOL_KEYS = { p: "product", n: "other", b: "box", h: "hand" };

const root = document.querySelector("#outline");
const config = JSON.parse(document.querySelector("#outline-config").textContent);
const one = (selector) => root.querySelector(selector);
const action = (name) => one(`[data-action="${name}"]`);
const said = one("#said");

function say(text, state = "saved") {
  said.textContent = text;
  said.dataset.state = state;
}

async function loaded(url) {
  const image = new Image();
  image.src = url;
  await image.decode();
  return image;
}

class Page {
  found = { state: "finding", revision: 0 };
  #sent = fromStored(config.marks);
  #next = 0;

  constructor(photo) {
    const longest = Math.max(config.photo.width, config.photo.height);
    const [width, height] = [config.photo.width / longest, config.photo.height / longest];
    this.photo = photo;
    this.box = { left: 0, top: 0, width, height };
    this.stage = new Stage(one("#stage"));
    this.stage.update({ before: { image: photo, box: this.box } });
    this.fit();
    this.desk = new Desk({
      stage: this.stage,
      marks: this.#sent,
      extent: [width, height],
      say: (text) => (one("#announcement").textContent = text),
      onChange: () => this.refresh(),
    });
    new CanvasInput(this.stage.canvas, this.desk);
    this.stage.update({ document: this.desk.marks });
    this.listen();
  }

  listen() {
    for (const name of ["undo", "redo", "reset"]) action(name).addEventListener("click", () => this.desk[name]());
    action("zoom-in").addEventListener("click", () => this.desk.zoom(1.5));
    action("zoom-out").addEventListener("click", () => this.desk.zoom(1 / 1.5));
    action("fit").addEventListener("click", () => this.fit());
    action("shade").addEventListener("click", () => this.toggleShade());
    one("#brush").addEventListener("input", (event) => (this.desk.brush = Number(event.target.value)));
    for (const tool of root.querySelectorAll("[name=tool]")) tool.addEventListener("change", () => this.choose(tool.value));
    one("#find").addEventListener("click", () => this.send());
    one("#confirm").addEventListener("submit", (event) => this.confirm(event));
    window.addEventListener("keydown", (event) => this.key(event));
    window.addEventListener("beforeunload", (event) => {
      if (this.hasUnsent) event.preventDefault();
    });
  }

  key(event) {
    const key = event.key.toLowerCase();
    if ((event.ctrlKey || event.metaKey) && key === "z") event.shiftKey ? this.desk.redo() : this.desk.undo();
    else if (event.ctrlKey || event.metaKey || event.altKey) return;
    else if (key in TOOL_KEYS) this.choose(TOOL_KEYS[key]);
    else if (key === "m") this.toggleShade();
    else if ("+=".includes(key)) this.desk.zoom(1.5);
    else if (key === "-") this.desk.zoom(1 / 1.5);
    else if (key === "0") this.fit();
    else return;
    event.preventDefault();
  }

  choose(tool) {
    this.desk.tool = tool;
    root.dataset.tool = tool;
    one(`[name=tool][value="${tool}"]`).checked = true;
  }

  /** The whole photo in the middle of the canvas. */
  fit() {
    this.stage.fit();
    const { scale, x, y } = this.stage.view;
    this.stage.view = { scale, x: x + (scale * (1 - this.box.width)) / 2, y: y + (scale * (1 - this.box.height)) / 2 };
  }

  toggleShade() {
    const isShown = action("shade").getAttribute("aria-pressed") !== "true";
    action("shade").setAttribute("aria-pressed", String(isShown));
    this.stage.update({ reveal: isShown ? 1 : 0 });
  }

  get hasUnsent() {
    return !isSame(this.desk.history.present, this.#sent);
  }

  refresh() {
    const { past, future, present } = this.desk.history;
    action("undo").disabled = !past.length;
    action("redo").disabled = !future.length;
    action("reset").disabled = !present.marks.length;
    one("#find").disabled = !this.hasUnsent;
    one("#find").classList.toggle("quiet", !this.hasUnsent);
    one("#confirm button").disabled = this.hasUnsent || !["found", "doubtful"].includes(this.found.state);
    root.dataset.state = this.found.state;
    root.dataset.revision = this.found.revision;
  }

  async show(found) {
    this.found = found;
    say(found.problem || SENTENCES[found.state], { finding: "saving", doubtful: "problem", refused: "problem" }[found.state]);
    const mask = found.picture ? await loaded(found.picture) : null;
    this.stage.update({ after: mask && { image: shaded(this.photo, mask), box: this.box } });
    one("#confirm [name=revision]").value = found.revision;
    this.refresh();
  }

  /** Asks until something is found; what answers older marks is passed over. */
  async follow() {
    clearTimeout(this.#next);
    const answer = await fetch(config.urls["outline-state"]).catch(() => null);
    const found = answer?.ok ? await answer.json() : null;
    if (!found) say("The connection was lost. Your marks are kept here.", "offline");
    else if (found.revision >= this.found.revision) await this.show(found);
    clearTimeout(this.#next);
    if (!found || this.found.state === "finding") this.#next = setTimeout(() => this.follow(), AGAIN_MS);
  }

  async send() {
    const marks = this.desk.history.present;
    say(SENTENCES.finding, "saving");
    const answer = await this.tell("PUT", config.urls.outline, JSON.stringify({ ...toStored(marks), revision: this.found.revision }));
    if (!answer) return;
    this.#sent = marks;
    await this.show({ state: "finding", revision: answer.revision });
    await this.follow();
  }

  async confirm(event) {
    event.preventDefault();
    const answer = await this.tell("POST", event.target.action, new FormData(event.target));
    if (answer) await this.show({ ...this.found, state: "confirmed" });
  }

  /** The answer, or nothing where it was refused: then the reason is said. */
  async tell(method, url, body) {
    const headers = { "X-CSRFToken": one("[name=csrfmiddlewaretoken]").value, "X-Page": "outline" };
    const answer = await fetch(url, { method, body, headers }).catch(() => null);
    const told = await answer?.json().catch(() => null);
    if (answer?.ok) return told;
    say(told?.message ?? "That did not get through. Your marks are kept here; try again.", "problem");
    return null;
  }
}

loaded(config.photo.url).then(
  (photo) => new Page(photo).follow(),
  () => say("The photo could not be loaded. Reload the page to try again.", "problem"),
);
