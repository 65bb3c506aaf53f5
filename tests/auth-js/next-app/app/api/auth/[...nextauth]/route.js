import { handlers } from "../../../../lib/auth-5.js";

export const { GET, POST } = handlers;
