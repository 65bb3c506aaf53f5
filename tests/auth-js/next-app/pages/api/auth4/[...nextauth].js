import NextAuth from "next-auth-4";
import { authOptions } from "../../../lib/auth-4.js";

export default NextAuth(authOptions);
