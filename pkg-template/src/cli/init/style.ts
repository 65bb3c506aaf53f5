/** How code is written: quotes, semicolons, indentation. */

/** How a file is written. */
export interface Style {
  quote: '"' | "'";
  semicolon: boolean;
  indent: string;
}

export const PRETTIER: Style = { quote: '"', semicolon: true, indent: "  " };

/** Code in the style of a file; it is given with double quotes, semicolons and two spaces. */
export function styled(code: string, { quote, semicolon, indent }: Style): string {
  const lines = code.split("\n").map((line) => {
    const [spaces] = /^ */.exec(line)!;
    const text = semicolon ? line.trimStart() : line.trimStart().replace(/;$/, "");
    return indent.repeat(spaces.length / 2) + (quote === "'" ? text.replaceAll('"', "'") : text);
  });
  return lines.join("\n");
}
