// Every page of the desk: the switcher changes publication as soon as one is chosen, dialogs open and close.
const switcher = document.querySelector(".switcher");
if (switcher) {
  switcher.classList.add("is-live");
  switcher.querySelector("select").addEventListener("change", () => switcher.requestSubmit());
}
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener) document.getElementById(opener.dataset.opens).showModal();
  const closer = event.target.closest("[data-closes]");
  if (closer) document.getElementById(closer.dataset.closes).close();
});
