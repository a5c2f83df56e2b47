import { icon } from "../icons.js";
import { tags } from "../tags.js";
import { texts } from "../texts.js";

const { button, div, p, strong } = tags;

/** Placeholder for an empty list, with actions. */
export function empty(iconName, title, text, ...actions) {
  return div(
    { class: "empty" },
    div({ class: "empty-icon" }, icon(iconName)),
    strong({ class: "empty-title" }, title),
    text && p(text),
    actions.length > 0 && div({ class: "actions" }, actions),
  );
}

/** Placeholder for content that could not be loaded. */
export function failure(problem, again) {
  return div(
    { class: "empty empty-failure", role: "alert" },
    div({ class: "empty-icon" }, icon("warning")),
    strong({ class: "empty-title" }, problem.document?.title ?? texts.problem.title),
    p(problem.message),
    again &&
      div(
        { class: "actions" },
        button({ class: "button", type: "button", onClick: again }, icon("again"), texts.again),
      ),
  );
}

/** Placeholder while content loads, as high as the content. */
export function skeleton(rows, className = "") {
  return div(
    { class: ["skeleton", className], role: "status" },
    tags.span({ class: "hidden" }, texts.loading),
    Array.from({ length: rows }, (_, i) => div({ class: "skeleton-row", key: i })),
  );
}
