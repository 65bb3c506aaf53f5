/** The module's bytes in base64: `core-bytes.js` beside this file is generated. */
declare const base64: string;
export default base64;
