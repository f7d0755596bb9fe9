// The house's figures in the editor: a picture of the library, an embed by address, a picture not held yet.
// They read and write the markup that newsroom/lib/html.py keeps.
import { Node } from "django-prose-editor/editor";
import { pick } from "./picker.js";

const words = JSON.parse(document.getElementById("editor-words")?.textContent ?? "{}");

export const HouseFigcaption = Node.create({
  name: "houseFigcaption",
  content: "inline*",
  marks: "bold italic link subscript superscript",
  defining: true,
  isolating: true,
  parseHTML: () => [{ tag: "figcaption" }],
  renderHTML: () => ["figcaption", 0],
});

// A figure node whose attributes are data-*; `look` fills its box in the editor.
function figure(name, attributes, look, menu = {}) {
  return Node.create({
    name,
    group: "block",
    content: "houseFigcaption",
    isolating: true,
    draggable: true,
    addAttributes: () =>
      Object.fromEntries(
        attributes.map((attribute) => [
          attribute,
          {
            default: null,
            parseHTML: (element) => element.getAttribute(`data-${attribute}`),
            renderHTML: (values) => (values[attribute] ? { [`data-${attribute}`]: values[attribute] } : {}),
          },
        ]),
      ),
    parseHTML: () => [{ tag: `figure[data-${attributes[0]}]` }],
    renderHTML: ({ HTMLAttributes }) => ["figure", HTMLAttributes, 0],
    addNodeView:
      () =>
      ({ node }) => {
        const dom = document.createElement("figure");
        dom.className = `house-figure ${name}`;
        const box = document.createElement("div");
        box.contentEditable = "false";
        box.className = "house-figure-box";
        look(box, node.attrs);
        const contentDOM = document.createElement("div");
        contentDOM.className = "house-figure-caption";
        contentDOM.dataset.placeholder = words.caption ?? "";
        dom.append(box, contentDOM);
        return { dom, contentDOM };
      },
    ...menu,
  });
}

const insert = (editor, type, attrs) =>
  editor
    .chain()
    .focus()
    .insertContent({ type, attrs, content: [{ type: "houseFigcaption" }] })
    .run();

export const HousePicture = figure(
  "housePicture",
  ["picture"],
  (box, attrs) => {
    const image = new Image();
    image.src = document.getElementById("picker").dataset.picker.replace("picker/", `${Number(attrs.picture)}/thumb/`);
    image.alt = "";
    box.append(image);
  },
  {
    addMenuItems({ menu, buttons }) {
      menu.defineItem({
        name: "housePicture",
        groups: "nodes",
        button: buttons.material("image", words.picture ?? "Picture"),
        async command(editor) {
          const picture = await pick();
          if (picture) insert(editor, "housePicture", { picture: picture.id });
        },
      });
    },
  },
);

async function askEmbed(editor) {
  const dialog = document.getElementById("embed-dialog");
  const [form, said] = [dialog.querySelector("form"), dialog.querySelector("[role=alert]")];
  form.reset();
  said.hidden = true;
  form.onsubmit = async (event) => {
    event.preventDefault();
    const answer = await fetch(`${dialog.dataset.embed}?url=${encodeURIComponent(form.elements.url.value)}`);
    const body = await answer.json();
    if (body.error) {
      said.textContent = body.error;
      said.hidden = false;
      return;
    }
    dialog.close();
    insert(editor, "houseEmbed", { embed: body.url });
  };
  dialog.showModal();
}

export const HouseEmbed = figure(
  "houseEmbed",
  ["embed"],
  (box, attrs) => {
    box.textContent = `▶ ${attrs.embed}`;
  },
  {
    addMenuItems({ menu, buttons }) {
      menu.defineItem({
        name: "houseEmbed",
        groups: "nodes",
        button: buttons.material("smart_display", words.embed ?? "Embed"),
        command: askEmbed,
      });
    },
  },
);

export const HouseSource = figure("houseSource", ["source", "attachment", "alt"], (box, attrs) => {
  box.textContent = `${words.missing ?? ""} ${attrs.source || attrs.attachment}`;
});
