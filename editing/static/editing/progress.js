// Ask for the progress with the ETag of what is shown, so that an unchanged page costs an empty answer.
document.addEventListener("htmx:configRequest", (event) => {
  const etag = event.detail.elt.dataset?.etag;
  if (etag) event.detail.headers["If-None-Match"] = etag;
});

// 286 ends the polling, but what it brings is shown.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.xhr.status === 304) event.detail.shouldSwap = false;
});
