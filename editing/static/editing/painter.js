// Painting a region on each chosen photo. A painted region is kept at the server at once; the form sends its key.

const LONGEST_SIDE = 1024; // of the mask; the server brings it to the photo's size
const MOST_STEPS = 20;
const PAINT = "rgb(166 58 29)";

export function setUpPainting(form) {
  const area = form.querySelector("[data-masks]");
  const dialog = document.querySelector("[data-painter]");
  if (!area || !dialog) return;
  const painter = new Painter(dialog);

  const isPainted = () => form.querySelector('[name="regions"][value="painted"]')?.checked;
  const keyField = (id) => area.querySelector(`[name="mask-${id}"]`);
  const url = (template, id) => template.replace("/0/", `/${id}/`);

  const keep = async (id, blob) => {
    const body = new FormData();
    body.append("mask", blob, "region.png");
    body.append("csrfmiddlewaretoken", form.querySelector("[name=csrfmiddlewaretoken]").value);
    const answer = await fetch(url(area.dataset.url, id), { method: "POST", body });
    const said = await answer.json().catch(() => ({ message: "The region could not be kept. Try again." }));
    if (!answer.ok) throw new Error(said.message);
    const field = keyField(id) ?? Object.assign(document.createElement("input"), { type: "hidden", name: `mask-${id}` });
    field.value = said.key;
    area.append(field);
    list();
  };

  const row = (box) => {
    const item = document.createElement("li");
    const title = document.createElement("span");
    const button = document.createElement("button");
    const done = Boolean(keyField(box.value));
    title.textContent = box.dataset.title;
    Object.assign(button, { type: "button", className: "button quiet small", textContent: done ? "Paint again" : "Paint" });
    button.setAttribute("aria-label", `${button.textContent}: ${box.dataset.title}`);
    button.addEventListener("click", () => painter.open(url(area.dataset.photoUrl, box.value), (blob) => keep(box.value, blob)));
    item.classList.toggle("done", done);
    item.append(title, button);
    return item;
  };

  const list = () => {
    area.hidden = !isPainted();
    if (area.hidden) return;
    const chosen = [...form.querySelectorAll('[name="photos"]:checked')];
    area.querySelector(".mask-list").replaceChildren(...chosen.map(row));
    const left = chosen.filter((box) => !keyField(box.value)).length;
    const hint = area.querySelector("[data-masks-hint]");
    hint.textContent = chosen.length ? `${left} of ${chosen.length} left to paint.` : "Choose the photos first.";
    hint.hidden = chosen.length > 0 && left === 0;
  };

  form.addEventListener("change", list);
  document.body.addEventListener("htmx:afterSwap", list);
  list();
}

class Painter {
  constructor(dialog) {
    this.dialog = dialog;
    this.photo = dialog.querySelector("[data-painter-photo]");
    this.canvas = dialog.querySelector("[data-painter-canvas]");
    this.context = this.canvas.getContext("2d");
    this.eraser = dialog.querySelector("[data-erase]");
    this.problem = dialog.querySelector("[data-painter-problem]");
    this.last = null;
    this.steps = []; // pictures of the mask before each stroke
    this.listen();
  }

  listen() {
    this.photo.addEventListener("load", () => this.fit());
    this.canvas.addEventListener("pointerdown", (event) => {
      this.canvas.setPointerCapture(event.pointerId);
      this.remember();
      this.last = this.point(event);
      this.stroke(this.last);
    });
    this.canvas.addEventListener("pointermove", (event) => {
      if (this.last) for (const step of event.getCoalescedEvents?.() ?? [event]) this.stroke(this.point(step));
    });
    for (const name of ["pointerup", "pointercancel"]) this.canvas.addEventListener(name, () => (this.last = null));
    this.eraser.addEventListener("click", () => {
      this.eraser.setAttribute("aria-pressed", String(this.eraser.getAttribute("aria-pressed") !== "true"));
    });
    this.dialog.querySelector("[data-clear]").addEventListener("click", () => {
      this.remember();
      this.context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    });
    this.undo = this.dialog.querySelector("[data-undo]");
    this.undo.addEventListener("click", () => this.stepBack());
    this.dialog.addEventListener("keydown", (event) => {
      if ((event.ctrlKey || event.metaKey) && event.key === "z") this.stepBack();
    });
    this.dialog.querySelector("[data-zoom-in]").addEventListener("input", (event) => {
      this.dialog.querySelector(".painter-stage").dataset.zoom = event.target.value;
    });
    this.dialog.querySelector("[data-close]").addEventListener("click", () => this.dialog.close());
    this.dialog.querySelector("[data-keep]").addEventListener("click", () => this.keep());
  }

  open(address, onKeep) {
    this.onKeep = onKeep;
    this.problem.hidden = true;
    this.photo.src = address;
    this.dialog.showModal();
  }

  remember() {
    this.steps.push(this.context.getImageData(0, 0, this.canvas.width, this.canvas.height));
    if (this.steps.length > MOST_STEPS) this.steps.shift();
    this.undo.disabled = false;
  }

  stepBack() {
    const before = this.steps.pop();
    if (before) this.context.putImageData(before, 0, 0);
    this.undo.disabled = !this.steps.length;
  }

  fit() {
    this.steps = [];
    this.undo.disabled = true;
    const { naturalWidth: width, naturalHeight: height } = this.photo;
    const scale = Math.min(1, LONGEST_SIDE / Math.max(width, height));
    this.canvas.width = Math.round(width * scale); // setting it also clears it
    this.canvas.height = Math.round(height * scale);
  }

  point(event) {
    const area = this.canvas.getBoundingClientRect();
    const scale = this.canvas.width / area.width;
    return { x: (event.clientX - area.left) * scale, y: (event.clientY - area.top) * scale };
  }

  stroke(to) {
    const size = Number(this.dialog.querySelector("[data-size]").value);
    const isErasing = this.eraser.getAttribute("aria-pressed") === "true";
    Object.assign(this.context, {
      globalCompositeOperation: isErasing ? "destination-out" : "source-over",
      strokeStyle: PAINT,
      lineWidth: (size / 100) * 2 * this.canvas.width,
      lineCap: "round",
    });
    this.context.beginPath();
    this.context.moveTo(this.last.x, this.last.y);
    this.context.lineTo(to.x, to.y + 0.01);
    this.context.stroke();
    this.last = to;
  }

  async keep() {
    const blob = await new Promise((resolve) => this.canvas.toBlob(resolve, "image/png"));
    try {
      await this.onKeep(blob);
      this.dialog.close();
    } catch (error) {
      this.problem.textContent = error.message;
      this.problem.hidden = false;
    }
  }
}
