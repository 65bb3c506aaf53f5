// Simulated time: timers and clocks are fake, everything else is real (sockets, HTTP, processes,
// setImmediate, and with that React's scheduler). Time moves from timer to timer, and at each it
// stands still until all that is real has come to rest. So nothing depends on how fast the machine is.
import FakeTimers from "@sinonjs/fake-timers";

const faked = ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date", "performance"];

/** Where each simulation begins: the client keeps the first time that it has seen. */
const beginning = Date.UTC(2026, 0, 1);

/** A loop without end takes no simulated time. */
const mostStepsAtOnce = 500;

const second = 1_000;
export const seconds = (count) => count * second;
export const minutes = (count) => count * 60 * second;
export const hours = (count) => count * 3_600 * second;
export const days = (count) => count * 86_400 * second;

export class SimulatedTime {
  #clock;
  #settle;

  /** @param {() => Promise<void>} settle resolves once everything real is at rest */
  constructor(settle) {
    this.#settle = settle;
    this.#clock = FakeTimers.install({ now: beginning, toFake: faked });
  }

  /** Milliseconds since the beginning, by the page's clock. */
  get passed() {
    return Date.now() - beginning;
  }

  /** Lets milliseconds pass, and all happen that is due. */
  async pass(milliseconds) {
    await this.#settle();
    let over = false;
    this.#clock.setTimeout(() => (over = true), milliseconds);
    // By the monotonic clock: the other one may jump at each step.
    for (let steps = 0, before; !over; before = performance.now()) {
      this.#clock.next();
      await this.#settle();
      steps = performance.now() === before ? steps + 1 : 0;
      if (steps > mostStepsAtOnce) throw new Error("a loop: timers that take no time");
    }
    // What was set later for the same moment.
    this.#clock.tick(0);
    await this.#settle();
  }

  /**
   * The machine sleeps: its clock goes on and its timers do not, nor does the monotonic clock. What
   * was to happen in five minutes happens five minutes after waking up.
   */
  sleep(milliseconds) {
    this.setAhead(milliseconds);
  }

  /** Somebody sets the clock ahead, or back; neither timers nor the monotonic clock notice. */
  setAhead(milliseconds) {
    this.#clock.setSystemTime(Date.now() + milliseconds);
  }

  /**
   * A tab in the background, where browsers let timers fire once in a minute. Those of servers are
   * intervals here, and are not touched. Returns how to come to the foreground.
   */
  throttle() {
    const { setTimeout } = globalThis;
    const minute = minutes(1);
    globalThis.setTimeout = (callback, delay = 0, ...parameters) => {
      const due = Math.ceil((Date.now() + delay) / minute) * minute;
      return setTimeout(callback, due - Date.now(), ...parameters);
    };
    return () => (globalThis.setTimeout = setTimeout);
  }

  end() {
    this.#clock.uninstall();
  }
}
