// A line of names (tags, bylines) becomes chips with completion. The input keeps the names with commas between, so that
// the form sends the same with and without this script; a name that holds a comma stands in quotation marks, as in
// articles/admin/names.py. Beside it goes which row each known name means.
const fillIn = (text, name) => text.replace("{name}", name);
const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().trim();
const NAME = /\s*"((?:[^"]|"")+)"\s*(?:,|$)|\s*[“«]([^“”«»,]*,[^“”«»]*)[”»]\s*(?:,|$)|([^,]*)(?:,|$)/g;
const namesIn = (line) =>
  [...line.matchAll(NAME)]
    .map(([, quoted, curled, plain]) => (quoted ? quoted.replaceAll('""', '"') : (curled ?? plain ?? "")).trim())
    .filter(Boolean);
const quote = (name) => (/^["“«]|,/.test(name) ? `"${name.replaceAll('"', '""')}"` : name);
let widgetCount = 0;

function makeChips(input) {
  widgetCount += 1;
  const listId = `names-${widgetCount}`;
  const mayAddNew = Boolean(input.dataset.new);
  const label = document.querySelector(`label[for="${input.id}"]`);
  const box = document.createElement("div");
  box.className = "names";
  box.innerHTML = `<ul class="names-chosen"></ul><input type="text" role="combobox" aria-expanded="false" aria-autocomplete="list"
    aria-controls="${listId}" autocomplete="off"><ul class="names-offered" id="${listId}" role="listbox" hidden></ul>`;
  const [chips, search, listbox] = box.children;
  search.id = `${input.id}-typed`;
  if (label) {
    label.htmlFor = search.id;
    listbox.setAttribute("aria-label", label.textContent);
  }
  input.type = "hidden";
  input.after(box);
  const knownInput = input.form.elements[`${input.name}-known`];
  const known = JSON.parse(knownInput.value || "{}"); // ids of rows, by name
  let names = namesIn(input.value);

  // -- the names chosen
  function makeChip(name) {
    const chip = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "×";
    button.setAttribute("aria-label", fillIn(input.dataset.wordsRemove, name));
    button.addEventListener("click", () => {
      names = names.filter((other) => other !== name);
      save();
      search.focus();
    });
    chip.append(name, button);
    return chip;
  }

  function showChips() {
    chips.replaceChildren(...names.map(makeChip));
  }

  function save() {
    input.value = names.map(quote).join(", ");
    knownInput.value = JSON.stringify(known);
    input.dispatchEvent(new Event("names:changed", { bubbles: true }));
    showChips();
  }

  function add(added) {
    for (const name of added) if (!names.some((other) => fold(other) === fold(name))) names.push(name);
    search.value = "";
    closeList();
    save();
  }

  // -- the names offered
  let activeIndex = -1;
  let lastRequest = 0;

  function closeList() {
    listbox.hidden = true;
    activeIndex = -1;
    search.setAttribute("aria-expanded", "false");
    search.removeAttribute("aria-activedescendant");
  }

  function activate(index) {
    activeIndex = index;
    for (const [n, option] of [...listbox.children].entries()) option.setAttribute("aria-selected", n === index);
    if (index >= 0) search.setAttribute("aria-activedescendant", listbox.children[index].id);
  }

  function makeOption([added, text], index) {
    const option = document.createElement("li");
    option.id = `${listId}-${index}`;
    option.role = "option";
    option.textContent = text;
    option.dataset.line = added.map(quote).join(", ");
    option.addEventListener("mousedown", (event) => {
      event.preventDefault(); // keeps the focus in the input
      add(added);
    });
    return option;
  }

  async function offer() {
    const query = search.value.trim();
    if (!query) {
      closeList();
      return;
    }
    lastRequest += 1;
    const request = lastRequest;
    const response = await fetch(`${input.dataset.names}?q=${encodeURIComponent(query)}`);
    if (!response.ok || request !== lastRequest) return; // failed, or more was typed since
    const payload = await response.json();
    Object.assign(known, payload.ids);
    const matches = payload.names.filter((name) => !names.includes(name));
    const options = matches.map((name) => [[name], name]);
    if (mayAddNew && !matches.some((name) => fold(name) === fold(query))) {
      options.push([namesIn(query), fillIn(input.dataset.wordsAdd, query)]);
    }
    listbox.replaceChildren(...options.map(makeOption));
    listbox.hidden = !options.length;
    search.setAttribute("aria-expanded", String(options.length > 0));
    activate(options.length ? 0 : -1);
  }

  // Adds the active option; without one, what was typed, if new names may be added.
  function addActiveOrTyped() {
    if (activeIndex >= 0) add(namesIn(listbox.children[activeIndex].dataset.line));
    else if (mayAddNew) add(namesIn(search.value));
  }

  search.addEventListener("input", () => {
    if (/^[^"].*,$|".*",$|^,$/.test(search.value.trim())) add(namesIn(search.value));
    else offer();
  });
  search.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (listbox.hidden) return;
      event.preventDefault();
      const size = listbox.children.length;
      activate((activeIndex + (event.key === "ArrowDown" ? 1 : size - 1)) % size);
    } else if (event.key === "Enter") {
      if (!search.value.trim()) return;
      event.preventDefault();
      addActiveOrTyped();
    } else if (event.key === "Escape") {
      closeList();
    } else if (event.key === "Backspace" && !search.value && names.length) {
      names.pop();
      save();
    }
  });
  search.addEventListener("blur", () => {
    if (search.value.trim()) addActiveOrTyped();
    closeList();
  });
  showChips();
}

document.querySelectorAll("input[data-names]").forEach(makeChips);
