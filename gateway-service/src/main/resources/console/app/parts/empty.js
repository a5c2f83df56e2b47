import { icon } from "../icons.js";
import { tags } from "../tags.js";
import { texts } from "../texts.js";

const { button, div, p, strong } = tags;

/** What stands where there is nothing, and what to do about it. */
export function empty(iconName, title, text, ...actions) {
  return div({ class: "empty" }, div({ class: "empty-icon" }, icon(iconName)),
    strong({ class: "empty-title" }, title), text && p(text), actions.length > 0 && div({ class: "actions" }, actions));
}

/** What stands where something could not be read. */
export function failure(problem, again) {
  return div({ class: "empty empty-failure", role: "alert" }, div({ class: "empty-icon" }, icon("warning")),
    strong({ class: "empty-title" }, problem.document?.title ?? texts.problem.title), p(problem.message),
    again && div({ class: "actions" }, button({ class: "button", type: "button", onClick: again }, icon("again"), texts.again)));
}

/** What stands where something is on its way: as high as it will be. */
export function skeleton(rows, className = "") {
  return div({ class: ["skeleton", className], role: "status" },
    tags.span({ class: "hidden" }, texts.loading),
    Array.from({ length: rows }, (_, i) => div({ class: "skeleton-row", key: i })));
}
