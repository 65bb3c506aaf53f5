"use client";

import { ConvexError } from "convex/values";
import { useMutation, usePreloadedQuery, type Preloaded } from "convex/react";
import { useSession } from "next-auth/react";
import { useState, type FormEvent } from "react";
import { SignIn } from "@/components/SignIn";
import { api } from "@/convex/_generated/api";
import { timeAgo, useNow } from "@/lib/time";

type Props = {
  me: Preloaded<typeof api.users.whoami>;
  messages: Preloaded<typeof api.messages.list>;
};

export function Guestbook({ me, messages }: Props) {
  const identity = usePreloadedQuery(me);
  const entries = usePreloadedQuery(messages);
  const { status } = useSession();
  const now = useNow();
  return (
    <div className="guestbook">
      <div>
        <h1>Who was here</h1>
        <p className="hint">Auth.js signs you in, Convex knows who you are.</p>
      </div>
      {identity ? (
        <Write name={identity.name} />
      ) : status === "authenticated" ? (
        <p className="card hint">Convex has not accepted your token yet.</p>
      ) : (
        <SignIn />
      )}
      {entries.length === 0 && <p className="empty">Nobody yet. Be the first.</p>}
      <ul className="entries" aria-label="Entries, newest first">
        {entries.map((entry) => (
          <li key={entry._id} className={entry.mine ? "card mine" : "card"}>
            <p>{entry.text}</p>
            <footer>
              <span>
                {entry.name}
                {entry.mine && " (you)"}
              </span>
              <time dateTime={new Date(entry._creationTime).toISOString()}>
                {now && timeAgo(entry._creationTime, now)}
              </time>
            </footer>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Write({ name }: { name?: string }) {
  const send = useMutation(api.messages.send);
  const [text, setText] = useState("");
  const [error, setError] = useState<string>();

  async function submit(event: FormEvent) {
    event.preventDefault();
    setError(undefined);
    try {
      await send({ text });
      setText("");
    } catch (error) {
      setError(error instanceof ConvexError ? String(error.data) : "Convex did not take it.");
    }
  }

  return (
    <form className="card" onSubmit={submit}>
      <label>
        Write as {name}
        <textarea
          rows={2}
          maxLength={280}
          required
          placeholder="Something kind"
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      </label>
      <div className="actions">
        <span className="hint">{280 - text.length} characters left</span>
        <button>Send</button>
      </div>
      {error && <p role="alert">{error}</p>}
    </form>
  );
}
