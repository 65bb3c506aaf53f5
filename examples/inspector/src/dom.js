/** Elements of the page. Whatever comes from outside becomes text, never markup. */

/**
 * The element of the page with an id.
 *
 * @param {string} id
 * @returns {any}
 */
export function byId(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`there is no #${id}`);
  return found;
}

/**
 * A new element. Properties that an element has are set, others become attributes; children are
 * elements or texts, and nothing is left out.
 *
 * @param {string} name with classes after dots: "p.hint"
 * @param {Record<string, any>} properties
 * @param {...(Node | string | number | null | undefined | false)} children
 * @returns {any}
 */
export function make(name, properties = {}, ...children) {
  const [tag = "div", ...classes] = name.split(".");
  const element = document.createElement(tag);
  if (classes.length > 0) element.className = classes.join(" ");
  for (const [key, value] of Object.entries(properties)) {
    if (key in element) /** @type {any} */ (element)[key] = value;
    else element.setAttribute(key, value);
  }
  for (const child of children) {
    if (child instanceof Node) element.append(child);
    else if (child !== null && child !== undefined && child !== false) element.append(`${child}`);
  }
  return element;
}

/**
 * A heading that a script can put the focus on.
 *
 * @param {string} level such as "h2"
 * @param {...(Node | string)} children
 */
export function heading(level, ...children) {
  return make(level, { tabIndex: -1 }, ...children);
}

/**
 * Tells people who do not see the page of something.
 *
 * @param {string} text
 */
export function announce(text) {
  byId("announcer").textContent = text;
}

/**
 * Says beside a field what is wrong with it, or that nothing is.
 *
 * @param {string} id of the field
 * @param {string} [text]
 */
export function showError(id, text = "") {
  byId(`${id}-error`).replaceChildren(...(text === "" ? [] : [prose(text)]));
  if (text === "") byId(id).removeAttribute("aria-invalid");
  else byId(id).setAttribute("aria-invalid", "true");
}

/**
 * A sentence with its `code` as such.
 *
 * @param {string} text
 */
export function prose(text) {
  const parts = text.split("`");
  return make(
    "span",
    {},
    ...parts.map((part, index) => (index % 2 ? make("code", {}, part) : part)),
  );
}

/**
 * What an error says, with its cure.
 *
 * @param {unknown} error
 */
export function inWords(error) {
  const { message, hint } = /** @type {{ message?: string, hint?: string }} */ (error ?? {});
  return [message ?? String(error), hint].filter(Boolean).join(" ");
}

let copies = 0;

/**
 * A text to copy, with a button that does.
 *
 * @param {string} title
 * @param {string} text
 * @param {...Node} more buttons beside
 */
export function copyable(title, text, ...more) {
  const id = `copy-${(copies += 1)}`;
  // A long text scrolls within its frame, which then must take the focus.
  const frame = make("pre", { id, tabIndex: 0, translate: false }, make("code", {}, text));
  frame.setAttribute("role", "group");
  frame.setAttribute("aria-label", title);
  const button = make("button", { type: "button", onclick: copy }, "Copy");
  button.setAttribute("aria-label", `Copy: ${title}`);
  async function copy() {
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = "Copied";
      announce(`Copied: ${title}`);
      setTimeout(() => (button.textContent = "Copy"), 2000);
    } catch {
      // No clipboard for pages that are not served over https: the text is selected instead.
      getSelection()?.selectAllChildren(frame);
      announce("Selected: copy it with the keyboard.");
    }
  }
  return make(
    "div.copyable",
    {},
    make("div.copyable-head", {}, make("h3", {}, title), make("div.actions", {}, button, ...more)),
    frame,
  );
}

/**
 * A button that downloads a text.
 *
 * @param {string} label
 * @param {string} name of the file
 * @param {() => string} text
 */
export function downloadButton(label, name, text) {
  const onclick = () => {
    const url = URL.createObjectURL(new Blob([text()], { type: "application/octet-stream" }));
    const link = make("a", { href: url, download: name });
    link.click();
    // The browser has taken the bytes by then.
    setTimeout(() => URL.revokeObjectURL(url), 5000);
    announce(`Downloaded: ${name}`);
  };
  return make("button", { type: "button", onclick }, label);
}
