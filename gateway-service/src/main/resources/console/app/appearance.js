import { ref } from "./vue.js";

// Appearance: light, dark or system. The only thing kept beyond the session.
const KEY = "freshet.appearance";
const CHOICES = ["system", "light", "dark"];

export const appearance = ref(CHOICES.includes(localStorage.getItem(KEY)) ? localStorage.getItem(KEY) : "system");

export function nextAppearance() {
  appearance.value = CHOICES[(CHOICES.indexOf(appearance.value) + 1) % CHOICES.length];
  if (appearance.value === "system") {
    localStorage.removeItem(KEY);
    delete document.documentElement.dataset.appearance;
  } else {
    localStorage.setItem(KEY, appearance.value);
    document.documentElement.dataset.appearance = appearance.value;
  }
}
