import { h } from "./vue.js";

// Line icons on a grid of 24, in the colour of the text beside them. They are decorative.
const PATHS = {
  refresh: "M20 11a8 8 0 1 0-2.3 5.7M20 5v6h-6",
  push: "M12 4v12m0 0 5-5m-5 5-5-5M5 20h14",
  records: "M4 6h16M4 12h16M4 18h10",
  nodes: "M5 4h14v6H5zM5 14h14v6H5zM8.5 7h.01M8.5 17h.01",
  inspect: "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM16 16l5 5",
  quotas: "M4 17a8 8 0 1 1 16 0M12 17l4-5",
  sun: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2v2m0 16v2M2 12h2m16 0h2M5 5l1.4 1.4m11.2 11.2L19 19M5 19l1.4-1.4M17.6 6.4 19 5",
  moon: "M20 14.5A8 8 0 0 1 9.5 4a8 8 0 1 0 10.5 10.5z",
  auto: "M4 5h16v11H4zM9 20h6",
  signOut: "M14 4h5v16h-5M10 8l-4 4 4 4M6 12h9",
  download: "M12 4v11m0 0 4-4m-4 4-4-4M5 20h14",
  again: "M4 12a8 8 0 0 1 13.7-5.6L20 9M20 4v5h-5M20 12a8 8 0 0 1-13.7 5.6L4 15m0 5v-5h5",
  back: "M15 5l-7 7 7 7",
  chevron: "M6 9l6 6 6-6",
  close: "M6 6l12 12M18 6 6 18",
  warning: "M12 4 2.5 20h19zM12 10v4m0 3h.01",
  check: "M5 12.5 10 17 19 7",
  clock: "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM12 8v4l3 2",
  cross: "M7 7l10 10M17 7 7 17",
  running: "M12 4a8 8 0 0 1 8 8",
  file: "M7 3h7l4 4v14H7zM14 3v4h4",
  pause: "M9 6v12M15 6v12",
  play: "M8 5l11 7-11 7z",
  flush: "M5 7h14M9 7V4h6v3M7 7l1 13h8l1-13",
  rewind: "M4 12a8 8 0 1 0 2.3-5.7M4 5v5h5",
  plus: "M12 5v14M5 12h14",
  filter: "M4 6h16M7 12h10M10 18h4",
  question: "M9 9a3 3 0 1 1 4.5 2.6c-1 .6-1.5 1.2-1.5 2.4m0 3.5h.01",
};

export function icon(name) {
  return h(
    "svg",
    { class: ["icon", `icon-${name}`], viewBox: "0 0 24 24", "aria-hidden": "true", focusable: "false" },
    [h("path", { d: PATHS[name] })],
  );
}

/** Freshet's logo: two waves. */
export function logo() {
  return h("svg", { class: "logo", viewBox: "0 0 32 32", "aria-hidden": "true", focusable: "false" }, [
    h("rect", { width: 32, height: 32, rx: 8 }),
    h("path", { d: "M6 12c4-4 7-4 10 0s6 4 10 0M6 20c4-4 7-4 10 0s6 4 10 0" }),
  ]);
}
