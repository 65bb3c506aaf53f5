// The code blocks of a page of documentation. The word after a block's language is the file that it
// belongs in.

/**
 * @param {string} markdown
 * @returns {{ language: string, file?: string, text: string }[]}
 */
export function codeBlocks(markdown) {
  const fence = /^( *)```(\w+)?(?: (\S+))?\n(.*?)^\1```$/gms;
  return [...markdown.matchAll(fence)].map(([, indent, language, file, text]) => ({
    language,
    file,
    text: text.replaceAll(new RegExp(`^${indent}`, "gm"), ""),
  }));
}
