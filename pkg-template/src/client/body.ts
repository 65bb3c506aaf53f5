/** The text of an answer that may be anything: endless, huge, or slower than anyone waits for. */

/** The most bytes that are read: eight times the longest token. */
const MOST = 1_048_576;

/**
 * The text, cut where it is longer than any answer that is meant. When the signal ends the wait, what
 * is still to come is cancelled.
 */
export async function textOf(response: Response, signal: AbortSignal): Promise<string> {
  const reader = response.body?.getReader?.();
  // Some hosts, such as React Native, have no streams.
  if (reader === undefined) return response.text();
  const cancel = () => ignored(() => reader.cancel());
  signal.addEventListener("abort", cancel);
  try {
    const decoder = new TextDecoder();
    let text = "";
    for (let bytes = 0; bytes < MOST;) {
      const { done, value } = await reader.read();
      if (done) return text + decoder.decode();
      bytes += value.byteLength;
      text += decoder.decode(value, { stream: true });
    }
    cancel();
    return text;
  } finally {
    signal.removeEventListener("abort", cancel);
  }
}

/** Cancels an answer that nobody waits for any more, if it can be. */
export function discard(response: Response): void {
  ignored(() => response.body?.cancel());
}

/** Runs something whose failure is nothing to anybody, now or later. */
function ignored(run: () => unknown): void {
  void (async () => run())().catch(() => {});
}
