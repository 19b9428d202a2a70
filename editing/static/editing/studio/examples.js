// The attribute pages: how many examples are marked, sliders that say their value, a question before deleting.

const count = document.querySelector("#example-count");

function countExamples() {
  const marked = (value) => document.querySelectorAll(`.example-choice input[value=${value}]:checked`).length;
  count.textContent = `${marked("has")} have it, ${marked("lacks")} do not.`;
}

if (count) {
  document.addEventListener("change", (event) => event.target.closest(".example-choice") && countExamples());
  if (document.querySelector(".example-choice input:checked:not([value=''])")) countExamples();
}

document.addEventListener("input", (event) => {
  const output = event.target.matches("[type=range]") && document.querySelector(`output[for="${event.target.id}"]`);
  if (output) output.value = event.target.valueAsNumber > 0 ? `+${event.target.value}` : event.target.value;
});
