// What is pasted from Word, Google Docs, LibreOffice, WordPress or a web page becomes what an article holds: headings,
// lists, tables, quotes, links, bold, italic; nothing else, and no empty lines.
//
// Styles are read as text, from attributes of another name: the policy of our pages allows no inline styles, so that the
// CSSOM has none, and the browser complains of each.

const HEADINGS = [2, 3, 4]; // that an article has
const BLOCKS = new Set(
  (
    "ADDRESS ARTICLE ASIDE BLOCKQUOTE CENTER DD DIV DL DT FIELDSET FIGCAPTION FIGURE FOOTER FORM H1 H2 H3 H4 H5 H6 HEADER " +
    "HR LI MAIN NAV OL P PRE SECTION TABLE TBODY TD TFOOT TH THEAD TR UL CAPTION"
  ).split(" "),
);
const NOTHING =
  "script, style, of-style, meta, link, title, template, noscript, iframe, object, svg, form button, xml, head";
const MARKS = { bold: "strong", italic: "em", strike: "s", sup: "sup", sub: "sub", code: "code" };
const MARK_OF = {
  B: "bold", STRONG: "bold", I: "italic", EM: "italic", CITE: "italic", DFN: "italic", VAR: "italic", S: "strike",
  STRIKE: "strike", DEL: "strike", SUP: "sup", SUB: "sub", CODE: "code", KBD: "code", SAMP: "code", TT: "code",
}; // biome-ignore format: a table
const REDIRECTS = /^https?:\/\/(?:www\.)?google\.[a-z.]+\/url\?/;
const ORDERED = /^\(?(?:[\p{L}\p{N}]{1,4}[.)]|\p{N}+(?:\.\p{N}+)+)/u; // 1. a) (iv) 2.1
const SCHEMES = /^(?:https?:|mailto:|tel:)/i;

// Return the HTML of an article's body that a clipboard's HTML means.
export function tidied(html) {
  const page = new DOMParser().parseFromString(renamed(html), "text/html");
  for (const element of page.querySelectorAll(NOTHING)) element.remove();
  const shift = page.querySelector("h1") ? 1 : 0;
  const body = document.createElement("div");
  body.append(...blocksIn(page.body, {}, shift));
  return body.innerHTML;
}

// What our pages' policy would stop, and the browser complain of, gets another name.
function renamed(html) {
  return html
    .replace(/<(\/?)style\b/gi, "<$1of-style")
    .replace(/<[a-z][^>]*>/gi, (tag) =>
      tag.replace(
        /([\s"'/])(style|on[a-z]+)(\s*=)/gi,
        (_all, before, name, equals) => `${before}data-${name.toLowerCase()}${equals}`,
      ),
    );
}

// -- blocks
function blocksIn(parent, marks, shift) {
  const found = [];
  const run = [];
  const items = []; // paragraphs of Word that are items of one list
  const end = () => {
    const paragraph = filled("p", run.splice(0));
    if (paragraph) {
      endList();
      found.push(paragraph);
    }
  };
  const endList = () => found.push(...listsOf(items.splice(0)));
  for (const child of parent.childNodes) {
    if (child.nodeType === Node.TEXT_NODE || (child.nodeType === Node.ELEMENT_NODE && !holdsBlocks(child))) {
      run.push(...piecesOf(child, marks));
      continue;
    }
    if (child.nodeType !== Node.ELEMENT_NODE) continue;
    end();
    const item = itemOfWord(child, marks);
    if (item) {
      items.push(item);
      continue;
    }
    const blocks = blocksOf(child, marks, shift);
    if (blocks.length) endList();
    found.push(...blocks);
  }
  end();
  endList();
  return found;
}

function holdsBlocks(element) {
  return [element, ...element.querySelectorAll("*")].some((one) => BLOCKS.has(one.tagName) || isPicture(one));
}

function blocksOf(element, marks, shift) {
  const name = element.tagName;
  const level = headingOf(element, shift);
  if (level) return present(filled(`h${level}`, [...numberOf(element), ...inside(element, {}, false)]));
  if (name === "UL" || name === "OL") return present(listOf(element, marks, shift));
  if (name === "TABLE") return tableOf(element, shift);
  if (isPicture(element)) return [figureOf(element)];
  if (name === "HR") return [document.createElement("hr")];
  if (name === "PRE") return present(codeOf(element));
  if (name === "BLOCKQUOTE") return present(around("blockquote", blocksIn(element, marks, shift)));
  return blocksIn(element, marksOf(element, marks), shift);
}

// A picture that can be fetched: it stands in the text as one that is not held yet. Others of a clipboard are files of
// somebody's machine.
function isPicture(element) {
  return element.tagName === "IMG" && /^https?:/i.test(element.getAttribute("src") ?? "") && !isEmoji(element);
}

function isEmoji(image) {
  return /\p{Emoji_Presentation}/u.test(image.alt) && image.alt.length < 12;
}

function figureOf(image) {
  const figure = document.createElement("figure");
  figure.dataset.source = image.getAttribute("src");
  if (image.alt) figure.dataset.alt = image.alt;
  const caption = image.closest("figure")?.querySelector("figcaption");
  const words = caption && filled("figcaption", inside(caption, {}, true));
  caption?.replaceChildren(); // it goes with its picture
  figure.append(words ?? document.createElement("figcaption"));
  return figure;
}

function headingOf(element, shift) {
  const level = Number(/^H([1-6])$/.exec(element.tagName)?.[1] ?? /MsoHeading([1-9])/.exec(element.className)?.[1]);
  if (!level) return /\bMsoTitle\b/.test(element.className) ? HEADINGS[0] : 0;
  return Math.min(Math.max(level + shift, HEADINGS[0]), HEADINGS.at(-1));
}

function listOf(element, marks, shift) {
  const list = document.createElement(element.tagName);
  const start = Number(element.getAttribute("start"));
  if (start > 1 && element.tagName === "OL") list.setAttribute("start", start);
  for (const child of element.children) {
    const isList = child.tagName === "UL" || child.tagName === "OL"; // Google Docs: a list right in a list
    const blocks = isList ? present(listOf(child, marks, shift)) : blocksIn(child, marks, shift);
    if (!blocks.length) continue;
    const last = list.lastElementChild;
    if (isList && last) last.append(...blocks);
    else if (isList)
      list.append(...blocks[0].children); // its own item was not chosen
    else list.append(around("li", blocks));
  }
  return list.children.length ? list : null;
}

function tableOf(element, shift) {
  const rows = [...element.rows].map((row) => [...row.cells]);
  if (rows.flat().length === 1) return blocksIn(rows.flat()[0], {}, shift); // it only lays something out
  const table = document.createElement("table");
  const body = table.appendChild(document.createElement("tbody"));
  for (const cells of rows) {
    const row = body.appendChild(document.createElement("tr"));
    for (const cell of cells) {
      const made = row.appendChild(document.createElement(cell.tagName));
      for (const name of ["colspan", "rowspan"]) {
        const span = Number(cell.getAttribute(name));
        if (span > 1) made.setAttribute(name, span);
      }
      const blocks = blocksIn(cell, {}, shift);
      made.append(...(blocks.length ? blocks : [document.createElement("p")]));
    }
  }
  return table.textContent.trim() ? [table] : [];
}

function codeOf(element) {
  const block = document.createElement("pre");
  const code = block.appendChild(document.createElement("code"));
  code.textContent = element.textContent.replace(/^\n|\s+$/g, "");
  return code.textContent ? block : null;
}

// -- Word's lists: paragraphs with a marker as text, and a level in their style
function itemOfWord(element, marks) {
  const [, list, level] = /mso-list:\s*l(\d+)\s+level(\d+)/.exec(styleOf(element)) ?? [];
  if (!level || headingOf(element, 0)) return null;
  const isOrdered = ORDERED.test(markerOf(element)?.textContent.trim() ?? "");
  return { list, level: Number(level), isOrdered, pieces: inside(element, marks, true) };
}

// The number of a heading of Word's, which is text here.
function numberOf(element) {
  const marker = markerOf(element)?.textContent.trim() ?? "";
  return ORDERED.test(marker) ? [{ text: `${marker} `, marks: {}, href: "" }] : [];
}

function markerOf(element) {
  return [...element.querySelectorAll("span")].find((span) => /mso-list:\s*ignore/i.test(styleOf(span)));
}

function listsOf(items) {
  const found = [];
  const open = []; // the lists that are open, outermost first: { element, level, list }; `list` is Word's name of it
  for (const item of items) {
    const content = filled("p", item.pieces);
    if (!content) continue;
    while (open.length && open.at(-1).level > item.level) open.pop();
    const tag = item.isOrdered ? "OL" : "UL";
    const last = open.at(-1);
    if (last?.level === item.level && (last.element.tagName !== tag || last.list !== item.list)) open.pop();
    if (!open.length || open.at(-1).level < item.level) {
      const element = document.createElement(tag);
      if (open.length) open.at(-1).element.lastElementChild.append(element);
      else found.push(element);
      open.push({ element, level: item.level, list: item.list });
    }
    open.at(-1).element.append(around("li", [content]));
  }
  return found;
}

// -- text: pieces { text, marks, href }, of which a line break is "\n"
function inside(element, marks, isText) {
  const own = isText ? marksOf(element, marks) : marks;
  const pieces = [...element.childNodes].flatMap((child) => piecesOf(child, own));
  if (isText) return pieces;
  return pieces.map((piece) => ({ ...piece, marks: { ...piece.marks, bold: false, italic: false } })); // a heading's
}

function piecesOf(node, marks, href = "") {
  if (node.nodeType === Node.TEXT_NODE) return [{ text: node.data.replace(/[\s\u00a0]+/g, " "), marks, href }];
  if (node.nodeType !== Node.ELEMENT_NODE || /mso-hide:\s*all|display:\s*none/.test(styleOf(node))) return [];
  if (/mso-list:\s*ignore/i.test(styleOf(node))) return [];
  if (node.tagName === "IMG") return isEmoji(node) ? [{ text: node.alt, marks, href }] : [];
  if (node.tagName === "BR") return [{ text: "\n", marks: {}, href: "" }];
  const link = node.tagName === "A" ? hrefOf(node) : href;
  if (link === null) return []; // the mark of a footnote or of a comment
  const own = marksOf(node, marks);
  return [...node.childNodes].flatMap((child) => piecesOf(child, own, link));
}

function marksOf(element, marks) {
  const own = { ...marks };
  const mark = MARK_OF[element.tagName];
  if (mark) own[mark] = true;
  const style = styleOf(element);
  const weight = /(?:^|;)\s*font-weight:\s*(\w+)/.exec(style)?.[1];
  if (weight) own.bold = /bold/.test(weight) || Number(weight) >= 600;
  const slant = /(?:^|;)\s*font-style:\s*(\w+)/.exec(style)?.[1];
  if (slant) own.italic = slant !== "normal";
  if (/text-decoration[\w-]*:[^;]*line-through/.test(style)) own.strike = true;
  const height = /(?:^|;)\s*vertical-align:\s*(super|sub)\b/.exec(style)?.[1];
  if (height) own[height === "super" ? "sup" : "sub"] = true;
  return own;
}

// Return where a link leads; "" where that is nowhere from here, and its words stay; null where they go too.
function hrefOf(anchor) {
  const href = (anchor.getAttribute("href") ?? "").trim();
  if (/#_?(?:ftn|edn|ftnref|msocom|cmnt)/i.test(href)) return null;
  if (REDIRECTS.test(href)) {
    const meant = new URL(href).searchParams;
    return meant.get("q") ?? meant.get("url") ?? "";
  }
  return SCHEMES.test(href) ? href : "";
}

// Return an element with the text of pieces, without space at its ends, before and after line breaks; null if empty.
function filled(tag, pieces) {
  const joined = [];
  for (const piece of pieces) {
    const before = joined.at(-1);
    let { text } = piece;
    if (!before || /[\s]$/.test(before.text)) text = text.replace(/^ +/, "");
    if (text.startsWith("\n") && before) before.text = before.text.replace(/ +$/, "");
    if (!text || (text === "\n" && !before)) continue;
    if (before && before.text !== "\n" && text !== "\n" && isAlike(before, piece)) before.text += text;
    else joined.push({ ...piece, text });
  }
  while (joined.length && !joined.at(-1).text.trim()) joined.pop();
  if (!joined.length) return null;
  joined.at(-1).text = joined.at(-1).text.trimEnd();
  const element = document.createElement(tag);
  element.append(...joined.map(nodeOf));
  return element;
}

function isAlike(one, other) {
  return (
    one.href === other.href &&
    Object.keys(MARKS).every((name) => Boolean(one.marks[name]) === Boolean(other.marks[name]))
  );
}

function nodeOf({ text, marks, href }) {
  if (text === "\n") return document.createElement("br");
  let node = document.createTextNode(text);
  for (const [name, tag] of Object.entries(MARKS)) {
    if (!marks[name] || !text.trim()) continue;
    node = around(tag, [node]);
  }
  if (href) {
    node = around("a", [node]);
    node.setAttribute("href", href);
  }
  return node;
}

// -- elements
function around(tag, nodes) {
  const element = document.createElement(tag);
  element.append(...nodes);
  return nodes.length ? element : null;
}

function present(node) {
  return node ? [node] : [];
}

function styleOf(element) {
  return (element.dataset.style ?? "").replace(/\s+/g, " ").toLowerCase();
}
