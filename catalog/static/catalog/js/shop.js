// Small conveniences on top of pages that work without them.

document.addEventListener("change", (event) => {
  const form = event.target.closest("[data-submit-on-change]");
  if (form && event.target.type !== "search") form.requestSubmit();
});

document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-bulk-all]")) return;
  for (const box of document.querySelectorAll("input[name=products][form=bulk]")) box.checked = event.target.checked;
});

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const source = document.querySelector(button.dataset.copy);
  try {
    await navigator.clipboard.writeText(source.textContent.trim());
    button.textContent = "Copied";
  } catch {
    window.getSelection().selectAllChildren(source); // where the browser gives no clipboard, such as over http
    button.textContent = "Selected: copy it with Ctrl+C";
  }
});

// On a phone the tabs are wider than the page: the one where we are is brought into view.
for (const current of document.querySelectorAll(".tabs [aria-current], .filter-pills [aria-current]")) {
  const bar = current.parentElement;
  bar.scrollLeft = current.offsetLeft - bar.offsetLeft - (bar.clientWidth - current.clientWidth) / 2;
}

// A question before what cannot be undone.
document.addEventListener("submit", (event) => {
  const question = event.target.dataset.confirm;
  if (question && !window.confirm(question)) event.preventDefault();
}, true);

// Pages answer wrong input with 422: show it like any other page.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.xhr.status === 422) {
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  }
});
