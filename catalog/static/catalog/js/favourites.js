// Products that this browser remembers. They are in its own storage; the server is told only to show them.

const KEY = "favourites";
const MOST = 60;

const read = () => {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(kept) ? kept.filter((slug) => typeof slug === "string") : [];
  } catch {
    return [];
  }
};

function toggle(slug) {
  const kept = read();
  const rest = kept.filter((other) => other !== slug);
  const next = rest.length < kept.length ? rest : [slug, ...rest].slice(0, MOST);
  localStorage.setItem(KEY, JSON.stringify(next));
}

function show() {
  const kept = read();
  for (const button of document.querySelectorAll("[data-favourite]")) {
    button.hidden = false;
    button.setAttribute("aria-pressed", String(kept.includes(button.dataset.favourite)));
  }
  for (const link of document.querySelectorAll("[data-favourites-link]")) {
    link.hidden = !kept.length;
    link.querySelector("[data-count]").textContent = kept.length;
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-favourite]");
  if (!button) return;
  toggle(button.dataset.favourite);
  show();
});
window.addEventListener("storage", show); // another tab
document.addEventListener("htmx:afterSwap", show);

const list = document.querySelector("[data-favourites-list]");
if (list && read().length && !new URLSearchParams(location.search).has("products")) {
  const products = encodeURIComponent(read().join(","));
  window.htmx.ajax("GET", `${list.dataset.favouritesList}?products=${products}`, { target: list, swap: "outerHTML" });
}
show();
