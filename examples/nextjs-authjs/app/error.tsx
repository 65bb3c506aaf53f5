"use client";

/** Shown when the server could not render the page: most often because Convex gave no answer. */
export default function Failure({ retry }: { retry: () => void }) {
  return (
    <main>
      <section className="card" role="alert">
        <h1>Convex gave no answer</h1>
        <p>
          Is <code>npx convex dev</code> running, and is <code>NEXT_PUBLIC_CONVEX_URL</code> in{" "}
          <code>.env.local</code> the address of your deployment? If so, it may have refused the
          token: is its <code>JWKS</code> what <code>npx convex-token jwks</code> prints? The
          server&rsquo;s log says which it is.
        </p>
        <button onClick={() => retry()}>Try again</button>
      </section>
    </main>
  );
}
