/** Starts the page: its three parts, the tabs between them, the colours. */
import { byId } from "./dom.js";
import { startKeyForm } from "./key-form.js";
import { startNewKeysForm } from "./new-keys-form.js";
import { startTokenForm } from "./token-form.js";

/** @type {HTMLElement[]} */
const tabs = [byId("tab-token"), byId("tab-key"), byId("tab-new")];

/** @param {HTMLElement} chosen */
function select(chosen) {
  for (const tab of tabs) {
    const isChosen = tab === chosen;
    tab.setAttribute("aria-selected", `${isChosen}`);
    tab.tabIndex = isChosen ? 0 : -1;
    byId(tab.getAttribute("aria-controls") ?? "").hidden = !isChosen;
  }
}

/** @type {Record<string, (at: number) => number>} */
const moves = {
  ArrowRight: (at) => at + 1,
  ArrowLeft: (at) => at - 1,
  Home: () => 0,
  End: () => -1,
};

tabs.forEach((tab, at) => {
  tab.onclick = () => select(tab);
  tab.onkeydown = (event) => {
    const target = moves[event.key]?.(at);
    const other = target === undefined ? undefined : tabs.at(target % tabs.length);
    if (!other) return;
    event.preventDefault();
    select(other);
    other.focus();
  };
});
select(byId("tab-token"));

byId("theme").onchange = () => {
  document.documentElement.dataset.theme = byId("theme").value;
};

// On paper, each check is open.
/** @type {HTMLDetailsElement[]} */
let opened = [];
addEventListener("beforeprint", () => {
  opened = [...document.querySelectorAll("details")].filter(({ open }) => !open);
  for (const details of opened) details.open = true;
});
addEventListener("afterprint", () => {
  for (const details of opened) details.open = false;
});

startTokenForm();
startKeyForm();
startNewKeysForm();
