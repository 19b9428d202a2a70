// Thumbnails that the workers send: the candidates, updated in place while the pen moves.

export class CandidateStrip {
  #list;
  #onChoose;

  constructor(list, onChoose) {
    this.#list = list;
    this.#onChoose = onChoose;
  }

  show(images, chosen) {
    while (this.#list.children.length > images.length) this.#list.lastElementChild.remove();
    while (this.#list.children.length < images.length) this.#list.append(this.#item(this.#list.children.length));
    images.forEach((url, i) => {
      const button = this.#list.children[i].firstElementChild;
      button.firstElementChild.src = url;
      button.setAttribute("aria-pressed", String(i === chosen));
    });
  }

  #item(index) {
    const item = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    button.setAttribute("aria-label", `Version ${index + 1}`);
    button.addEventListener("click", () => this.#onChoose(index));
    const image = document.createElement("img");
    image.alt = "";
    image.width = image.height = 64;
    button.append(image);
    item.append(button);
    return item;
  }
}
