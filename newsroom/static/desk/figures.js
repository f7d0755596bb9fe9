// The body editor's own nodes: an image of the library, an embed by its address, an image whose file is missing; and
// its own mark.
// They read and write the markup that newsroom/lib/html.py keeps; settings.py registers them by their exported names.
import { Extension, Mark, Node, Plugin } from "django-prose-editor/editor";
import { tidied } from "./paste.js";
import { pick } from "./picker.js";

const words = JSON.parse(document.getElementById("editor-words")?.textContent ?? "{}");

export const OwnFigcaption = Node.create({
  name: "ownFigcaption",
  content: "inline*",
  marks: "bold italic link subscript superscript keptAsTyped",
  defining: true,
  isolating: true,
  parseHTML: () => [{ tag: "figcaption" }],
  renderHTML: () => ["figcaption", 0],
});

// What is pasted becomes what an article holds; what the editor itself copied is that already.
export const OwnPaste = Extension.create({
  name: "ownPaste",
  addProseMirrorPlugins() {
    const { editor } = this;
    return [
      new Plugin({
        props: {
          transformPastedHTML: (html) => (html.includes("data-pm-slice") ? html : tidied(html)),
          handlePaste(view, event) {
            const address = event.clipboardData.getData("text/plain").trim();
            const { $from } = view.state.selection; // of an empty paragraph, in no list and no table
            const isOnItsOwn =
              $from.depth === 1 && $from.parent.type.name === "paragraph" && !$from.parent.content.size;
            if (!isOnItsOwn || !/^https?:\/\/\S+$/.test(address)) return false;
            showOrLink(editor, address);
            return true;
          },
        },
      }),
    ];
  },
});

// An address on a line of its own becomes what it is: a post, a video, prices; any other a link.
async function showOrLink(editor, address) {
  const payload = await recognised(address).catch(() => ({ error: "" }));
  if ("error" in payload) {
    const marks = [{ type: "link", attrs: { href: address } }];
    editor.chain().focus().insertContent({ type: "text", text: address, marks }).run();
  } else insertRecognised(editor, payload);
}

async function recognised(address) {
  const { embed } = document.getElementById("embed-dialog").dataset;
  return (await fetch(`${embed}?url=${encodeURIComponent(address)}`)).json();
}

function insertRecognised(editor, payload) {
  if (payload.product) insert(editor, "ownProduct", { product: payload.product });
  else insert(editor, "ownEmbed", { embed: payload.url });
}

// Words that typography keeps as they are typed: newsroom/lib/typography.py reads no bdi.
export const KeptAsTyped = Mark.create({
  name: "keptAsTyped",
  parseHTML: () => [{ tag: "bdi" }],
  renderHTML: () => ["bdi", 0],
  addMenuItems({ menu, buttons }) {
    menu.defineItem({
      name: "keptAsTyped",
      groups: "marks",
      button: buttons.material("lock", words.kept ?? "Kept as typed"),
      command: (editor) => editor.chain().focus().toggleMark("keptAsTyped").run(),
      active: (editor) => editor.isActive("keptAsTyped"),
    });
  },
});

function dataAttribute(name) {
  return {
    default: null,
    parseHTML: (element) => element.getAttribute(`data-${name}`),
    renderHTML: (values) => (values[name] ? { [`data-${name}`]: values[name] } : {}),
  };
}

// Makes a figure node whose attributes are stored as data-*. `fillBox(box, attributes)` draws it in the editor; `options`
// are more of Tiptap's, such as addMenuItems.
function makeFigure(name, attributes, fillBox, options = {}) {
  return Node.create({
    name,
    group: "block",
    content: "ownFigcaption",
    isolating: true,
    draggable: true,
    addAttributes: () => Object.fromEntries(attributes.map((attribute) => [attribute, dataAttribute(attribute)])),
    parseHTML: () => [{ tag: `figure[data-${attributes[0]}]` }],
    renderHTML: ({ HTMLAttributes }) => ["figure", HTMLAttributes, 0],
    addNodeView:
      () =>
      ({ node }) => {
        const dom = document.createElement("figure");
        dom.className = `own-figure ${name}`;
        const box = document.createElement("div");
        box.contentEditable = "false";
        box.className = "own-figure-box";
        fillBox(box, node.attrs);
        const contentDOM = document.createElement("div");
        contentDOM.className = "own-figure-caption";
        contentDOM.dataset.placeholder = words.caption ?? "";
        dom.append(box, contentDOM);
        return { dom, contentDOM };
      },
    ...options,
  });
}

// Makes the `options` that add a button to the editor's menu; `command` takes the editor.
function menuButton(name, icon, label, command) {
  return {
    addMenuItems({ menu, buttons }) {
      menu.defineItem({ name, groups: "nodes", button: buttons.material(icon, label), command });
    },
  };
}

function insert(editor, type, attrs) {
  editor
    .chain()
    .focus()
    .insertContent({ type, attrs, content: [{ type: "ownFigcaption" }] })
    .run();
}

// -- an image of the library; its attribute is named as in stored bodies: data-picture
function fillImage(box, attrs) {
  const image = new Image();
  image.src = document.getElementById("picker").dataset.picker.replace("picker/", `${Number(attrs.picture)}/thumb/`);
  image.alt = "";
  box.append(image);
}

async function insertImage(editor) {
  const image = await pick();
  if (image) insert(editor, "ownImage", { picture: image.id });
}

export const OwnImage = makeFigure(
  "ownImage",
  ["picture"],
  fillImage,
  menuButton("ownImage", "image", words.image ?? "Image", insertImage),
);

// -- an embed
function fillEmbed(box, attrs) {
  box.classList.add("is-embed");
  box.textContent = attrs.embed;
}

async function insertEmbed(editor) {
  const dialog = document.getElementById("embed-dialog");
  const form = dialog.querySelector("form");
  const error = dialog.querySelector("[role=alert]");
  form.reset();
  error.hidden = true;
  form.onsubmit = async (event) => {
    event.preventDefault();
    const payload = await recognised(form.elements.url.value);
    if (payload.error) {
      error.textContent = payload.error;
      error.hidden = false;
      return;
    }
    dialog.close();
    insertRecognised(editor, payload);
  };
  dialog.showModal();
}

export const OwnEmbed = makeFigure(
  "ownEmbed",
  ["embed"],
  fillEmbed,
  menuButton("ownEmbed", "smart_display", words.embed ?? "Embed", insertEmbed),
);

// -- the price box of a product of the Comparateur
export const OwnProduct = makeFigure("ownProduct", ["product"], (box, attrs) => {
  box.textContent = `${words.product ?? ""} ${attrs.product}`;
});

// -- an image of an imported article whose file is not here
export const OwnSource = makeFigure("ownSource", ["source", "attachment", "alt"], (box, attrs) => {
  box.textContent = `${words.missing ?? ""} ${attrs.source || attrs.attachment}`;
});
