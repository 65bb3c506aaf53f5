"use client";

import { signIn } from "next-auth/react";
import { useState, type FormEvent } from "react";
import { demoPassword, demoUsers } from "@/lib/demo-users";

export function SignIn() {
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [state, setState] = useState<"idle" | "pending" | "refused" | "failed">("idle");

  async function submit(event: FormEvent) {
    event.preventDefault();
    setState("pending");
    try {
      // Without a reload: useSession has the new session, and Convex its token.
      const { error } = await signIn("credentials", { email, password, redirect: false });
      setState(error ? "refused" : "idle");
    } catch {
      setState("failed");
    }
  }

  return (
    <form className="card" onSubmit={submit} aria-labelledby="sign-in">
      <h2 id="sign-in">Sign in to write</h2>
      <p className="hint">
        A demo with two users and the password <code>{demoPassword}</code>. Fill in{" "}
        {demoUsers.map((user, index) => (
          <span key={user.id}>
            {index > 0 && " or "}
            <button
              type="button"
              className="link"
              onClick={() => (setEmail(user.email), setPassword(demoPassword))}
            >
              {user.name}
            </button>
          </span>
        ))}
        .
      </p>
      <div className="fields">
        <label>
          E-mail
          <input
            type="email"
            autoComplete="username"
            required
            value={email}
            onChange={(event) => setEmail(event.target.value)}
          />
        </label>
        <label>
          Password
          <input
            type="password"
            autoComplete="current-password"
            required
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        </label>
        <button disabled={state === "pending"}>Sign in</button>
      </div>
      {state === "refused" && <p role="alert">The e-mail address or the password is wrong.</p>}
      {state === "failed" && <p role="alert">The server did not answer. Try again.</p>}
    </form>
  );
}
