/** A token with its parts in colour, and what they say. */
import { copyable, heading, make } from "./dom.js";
import { jsonOfPart } from "./pasted.js";

const parts = [
  { name: "header", title: "Header" },
  { name: "payload", title: "Payload" },
  { name: "signature", title: "Signature" },
];

/** @param {string} token */
export function decoded(token) {
  const texts = token.split(".");
  const coloured = make("code", {});
  texts.forEach((text, index) => {
    if (index > 0) coloured.append(make("span.dot", {}, "."));
    coloured.append(make(`span.${parts[index]?.name ?? "surplus"}`, {}, text));
  });
  const whole = make("p.token-text", { translate: false }, coloured);
  return make(
    "section.card",
    {},
    heading("h2", "The token"),
    whole,
    make(
      "div.decoded",
      {},
      ...parts.flatMap(({ name, title }, index) => {
        const text = texts[index];
        if (text === undefined) return [];
        return [make(`div.part-box.${name}-box`, {}, ...contentOf(name, title, text))];
      }),
    ),
    texts.length > 3 && make("p.hint", {}, `There are ${texts.length} parts, and a JWT has three.`),
  );
}

/**
 * @param {string} name
 * @param {string} title
 * @param {string} text
 */
function contentOf(name, title, text) {
  if (name === "signature") {
    const bytes = Math.floor((text.length * 3) / 4);
    const words = text === "" ? "There is none." : `${bytes} bytes, checked below.`;
    return [make("h3", {}, title), make("p", {}, words)];
  }
  const json = jsonOfPart(text);
  if (json !== undefined) return [copyable(title, json)];
  return [make("h3", {}, title), make("p", {}, "This is not base64url of JSON.")];
}
