// A line of names becomes chips with completion. The input keeps the names with commas between, so that the form sends
// the same with and without this script.
const words = (text, name) => text.replace("{name}", name);
const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().trim();
let count = 0;

function chips(input) {
  const id = `names-${++count}`;
  const label = document.querySelector(`label[for="${input.id}"]`);
  const box = document.createElement("div");
  box.className = "names";
  box.innerHTML = `<ul class="names-chosen"></ul><input type="text" role="combobox" aria-expanded="false" aria-autocomplete="list"
    aria-controls="${id}" autocomplete="off"><ul class="names-offered" id="${id}" role="listbox" hidden></ul>`;
  const [chosen, typed, offered] = box.children;
  typed.id = `${input.id}-typed`;
  if (label) {
    label.htmlFor = typed.id;
    offered.setAttribute("aria-label", label.textContent);
  }
  input.type = "hidden";
  input.after(box);
  let names = input.value
    .split(",")
    .map((name) => name.trim())
    .filter(Boolean);
  let active = -1;

  const show = () => {
    chosen.replaceChildren(
      ...names.map((name) => {
        const item = document.createElement("li");
        const remove = document.createElement("button");
        remove.type = "button";
        remove.textContent = "×";
        remove.setAttribute("aria-label", words(input.dataset.wordsRemove, name));
        remove.addEventListener("click", () => {
          names = names.filter((other) => other !== name);
          write();
          typed.focus();
        });
        item.append(name, remove);
        return item;
      }),
    );
  };
  const write = () => {
    input.value = names.join(", ");
    input.dispatchEvent(new Event("names:changed", { bubbles: true }));
    show();
  };
  const close = () => {
    offered.hidden = true;
    active = -1;
    typed.setAttribute("aria-expanded", "false");
    typed.removeAttribute("aria-activedescendant");
  };
  const add = (name) => {
    name = name.replaceAll(",", " ").trim();
    if (name && !names.some((other) => fold(other) === fold(name))) names.push(name);
    typed.value = "";
    close();
    write();
  };
  const mark = (index) => {
    active = index;
    [...offered.children].forEach((option, n) => option.setAttribute("aria-selected", n === index));
    if (index >= 0) typed.setAttribute("aria-activedescendant", offered.children[index].id);
  };
  let asked = 0;
  const offer = async () => {
    const query = typed.value.trim();
    if (!query) return close();
    const turn = ++asked;
    const answer = await fetch(`${input.dataset.names}?q=${encodeURIComponent(query)}`);
    if (!answer.ok || turn !== asked) return;
    const found = (await answer.json()).names.filter((name) => !names.includes(name));
    const options = found.map((name) => [name, name]);
    if (input.dataset.new && !found.some((name) => fold(name) === fold(query)))
      options.push([query, words(input.dataset.wordsAdd, query)]);
    offered.replaceChildren(
      ...options.map(([name, text], n) => {
        const option = document.createElement("li");
        option.id = `${id}-${n}`;
        option.role = "option";
        option.textContent = text;
        option.addEventListener("mousedown", (event) => {
          event.preventDefault();
          add(name);
        });
        option.dataset.name = name;
        return option;
      }),
    );
    offered.hidden = !options.length;
    typed.setAttribute("aria-expanded", String(!!options.length));
    mark(options.length ? 0 : -1);
  };
  typed.addEventListener("input", () => (typed.value.endsWith(",") ? add(typed.value) : offer()));
  typed.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (offered.hidden) return;
      event.preventDefault();
      const size = offered.children.length;
      mark((active + (event.key === "ArrowDown" ? 1 : size - 1)) % size);
    } else if (event.key === "Enter") {
      if (!typed.value.trim()) return;
      event.preventDefault();
      // What the list shows answers what was typed; the list may still be on its way.
      if (active >= 0) add(offered.children[active].dataset.name);
      else if (input.dataset.new) add(typed.value);
    } else if (event.key === "Escape") close();
    else if (event.key === "Backspace" && !typed.value && names.length) {
      names.pop();
      write();
    }
  });
  typed.addEventListener("blur", () => {
    if (typed.value.trim() && (input.dataset.new || active >= 0))
      add(active >= 0 ? offered.children[active].dataset.name : typed.value);
    close();
  });
  show();
}
document.querySelectorAll("input[data-names]").forEach(chips);
