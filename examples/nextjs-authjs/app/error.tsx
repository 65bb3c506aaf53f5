"use client";

/** Shown when the server could not render the page: most often because Convex did not answer. */
export default function Failure({ retry }: { error: Error; retry: () => void }) {
  return (
    <main>
      <section className="card" role="alert">
        <h1>Convex did not answer</h1>
        <p>
          Is <code>npx convex dev</code> running, and is <code>NEXT_PUBLIC_CONVEX_URL</code> in{" "}
          <code>.env.local</code> the address of your deployment? The server&rsquo;s log says more.
        </p>
        <button onClick={() => retry()}>Try again</button>
      </section>
    </main>
  );
}
