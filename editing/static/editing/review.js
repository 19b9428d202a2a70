// The before/after slider, zoom, and the keys of the review desk.

function setUpCompare(box) {
  const before = box.querySelector("[data-before]");
  const handle = box.querySelector("[data-handle]");
  const range = box.parentElement.querySelector("[data-range]");
  let drag = null;

  const show = (share) => {
    before.style.clipPath = `inset(0 ${100 - share}% 0 0)`;
    handle.style.left = `${share}%`;
    range.value = share;
  };
  const shareAt = (event) => {
    const area = box.getBoundingClientRect();
    return Math.min(100, Math.max(0, (100 * (event.clientX - area.left)) / area.width));
  };
  const zoom = (event) => {
    const area = box.getBoundingClientRect();
    const zoomed = box.classList.toggle("zoomed");
    const origin = `${(100 * (event.clientX - area.left)) / area.width}% ${(100 * (event.clientY - area.top)) / area.height}%`;
    for (const image of box.querySelectorAll("img")) {
      image.style.transformOrigin = origin;
      image.style.transform = zoomed ? "scale(4)" : "";
    }
    before.style.visibility = zoomed ? "hidden" : "";
    handle.hidden = zoomed;
  };

  box.addEventListener("zoom", () => {
    const area = box.getBoundingClientRect();
    zoom({ clientX: area.left + area.width / 2, clientY: area.top + area.height / 2 });
  });
  box.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    box.setPointerCapture(event.pointerId);
    drag = { x: event.clientX, moved: false };
  });
  box.addEventListener("pointermove", (event) => {
    if (!drag || box.classList.contains("zoomed")) return;
    drag.moved ||= Math.abs(event.clientX - drag.x) > 4;
    if (drag.moved) show(shareAt(event));
  });
  box.addEventListener("pointerup", (event) => {
    if (drag && !drag.moved) zoom(event);
    drag = null;
  });
  range.addEventListener("input", () => show(Number(range.value)));
  show(50);
}

function setUpKeys(desk) {
  const follow = (selector) => desk.querySelector(selector)?.click();
  const actions = {
    a: () => desk.querySelector("[data-approve]")?.requestSubmit(),
    r: () => desk.querySelector("#reason")?.focus(),
    u: () => document.querySelector("[data-undo]")?.requestSubmit(),
    z: () => desk.querySelector("[data-compare]")?.dispatchEvent(new CustomEvent("zoom")),
    ArrowRight: () => follow("[data-next]"),
    ArrowLeft: () => follow("[data-previous]"),
  };
  document.addEventListener("keydown", (event) => {
    if (event.target.matches("input, textarea, select") || event.ctrlKey || event.metaKey || event.altKey) return;
    const action = actions[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  });
}

// "Choose all" above the queue.
document.querySelector("[data-choose-all]")?.addEventListener("change", (event) => {
  for (const box of document.querySelectorAll('.queue input[name="variant"]:not(:disabled)')) box.checked = event.target.checked;
});

for (const box of document.querySelectorAll("[data-compare]")) setUpCompare(box);
const desk = document.querySelector("[data-review]");
if (desk) setUpKeys(desk);
