"use client";

import { signOut, useSession } from "next-auth/react";

export function Header() {
  const { data: session } = useSession();
  return (
    <header>
      <p className="brand">Guestbook</p>
      {session && (
        <>
          <p className="user">{session.user?.name}</p>
          {/* Without a reload: Convex goes on as nobody, in this tab and in the others. */}
          <button className="quiet" onClick={() => signOut({ redirect: false })}>
            Sign out
          </button>
        </>
      )}
    </header>
  );
}
