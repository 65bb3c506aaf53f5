/**
 * Reads a token without verifying it, for show. (`decodeConvexToken` does it too, and better; a few
 * lines spare the browser the WebAssembly behind it.)
 */
export function decodeToken(token: string) {
  const [header, claims] = token.split(".").slice(0, 2).map(decodePart);
  return { header, claims } as {
    header: Record<string, unknown>;
    claims: Record<string, unknown> & { iat: number; exp: number };
  };
}

function decodePart(part: string): unknown {
  const base64 = part.replaceAll("-", "+").replaceAll("_", "/");
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  return JSON.parse(new TextDecoder().decode(bytes));
}
