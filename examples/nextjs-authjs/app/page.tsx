import { preloadQuery } from "convex/nextjs";
import { convexToken } from "convex-token/next";
import { auth } from "@/auth";
import { Guestbook } from "@/components/Guestbook";
import { Identity } from "@/components/Identity";
import { TokenPanel } from "@/components/TokenPanel";
import { api } from "@/convex/_generated/api";

export default async function Page() {
  // The server asks Convex as the user who is signed in: what it renders is already theirs.
  const token = await convexToken(auth);
  const [me, messages] = await Promise.all([
    preloadQuery(api.users.whoami, {}, { token }),
    preloadQuery(api.messages.list, {}, { token }),
  ]);
  return (
    <main>
      <Guestbook me={me} messages={messages} />
      <div className="panels">
        <Identity me={me} />
        <TokenPanel />
      </div>
    </main>
  );
}
