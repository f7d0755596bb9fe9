// Suggestions while one types in a search field: headlines, chosen by arrow keys and Enter, or by a click. Without this
// script the form leads to the page of results, and so it does with it when no suggestion is chosen.
const DELAY_MS = 150; // after the last key
const SHORTEST = 2; // letters

function suggestFor(input, number) {
  const list = document.createElement("ul");
  list.className = "suggestions";
  list.id = `suggestions-${number}`;
  list.role = "listbox";
  list.hidden = true;
  list.setAttribute("aria-label", input.labels[0]?.textContent.trim() ?? "");
  input.parentElement.append(list);
  input.role = "combobox";
  input.autocomplete = "off";
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);
  input.setAttribute("aria-expanded", "false");
  let chosen = -1;
  let timer = 0;
  let asking = null;

  function close() {
    clearTimeout(timer);
    asking?.abort();
    list.hidden = true;
    chosen = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function choose(position) {
    const options = list.children;
    chosen = position < -1 ? options.length - 1 : position >= options.length ? -1 : position;
    for (const [n, option] of [...options].entries()) option.setAttribute("aria-selected", String(n === chosen));
    if (chosen >= 0) input.setAttribute("aria-activedescendant", options[chosen].id);
    else input.removeAttribute("aria-activedescendant");
  }

  function show(found) {
    list.replaceChildren(
      ...found.map(({ title, url }, n) => {
        const option = document.createElement("li");
        option.id = `${list.id}-${n}`;
        option.role = "option";
        option.textContent = title;
        option.dataset.url = url;
        option.setAttribute("aria-selected", "false");
        return option;
      }),
    );
    chosen = -1;
    list.hidden = found.length === 0;
    input.setAttribute("aria-expanded", String(found.length > 0));
  }

  async function ask() {
    const typed = input.value.trim();
    if (typed.length < SHORTEST) return close();
    asking?.abort();
    asking = new AbortController();
    try {
      const response = await fetch(`${input.dataset.suggests}?${new URLSearchParams({ q: typed })}`, {
        signal: asking.signal,
      });
      const found = response.ok ? await response.json() : [];
      if (document.activeElement === input && input.value.trim() === typed) show(found);
    } catch {
      // Another key came first, or the network is gone: the form still works.
    }
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, DELAY_MS);
  });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing || list.hidden) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      choose(chosen + (event.key === "ArrowDown" ? 1 : -1));
    } else if (event.key === "Escape") {
      event.preventDefault();
      close();
    } else if (event.key === "Enter" && chosen >= 0) {
      event.preventDefault();
      location.assign(list.children[chosen].dataset.url);
    }
  });
  // Before the field loses the focus, by which the list would close.
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) location.assign(option.dataset.url);
  });
  input.addEventListener("blur", close);
}

for (const [number, input] of document.querySelectorAll("input[data-suggests]").entries()) suggestFor(input, number);
