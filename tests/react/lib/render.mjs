// React as a page runs it: its own scheduler, real time.
import { createElement, StrictMode } from "react";
import { createRoot } from "react-dom/client";

/** Renders an element; returns how to render another one, and how to take it down. */
export function mount(element, { strict = false } = {}) {
  const root = createRoot(document.querySelector("div"));
  const render = (element) =>
    root.render(strict ? createElement(StrictMode, null, element) : element);
  render(element);
  return { render, unmount: () => root.unmount() };
}

/** Waits until the condition holds. */
export async function until(condition, what = String(condition), { timeout = 10_000 } = {}) {
  const end = Date.now() + timeout;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (Date.now() > end) throw new Error(`not in ${timeout} ms: ${what}`);
    await pause(5);
  }
}

export const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Waits until a value has been the same for a while. */
export async function quiet(value, { milliseconds = 100 } = {}) {
  for (let before; before !== (before = value());) await pause(milliseconds);
}
