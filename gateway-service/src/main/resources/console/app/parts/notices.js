import { h, reactive } from "../vue.js";
import { icon } from "../icons.js";
import { tags } from "../tags.js";
import { texts } from "../texts.js";

const { button, div, span } = tags;

const notices = reactive([]);
const SHOWN = 6_000;
let next = 0;

/** Shows for some seconds that an action succeeded, or why it failed. */
export function notify(text, kind = "done") {
  const id = next++;
  notices.push({ id, text, kind });
  if (kind === "done") setTimeout(() => dismiss(id), SHOWN);
}

function dismiss(id) {
  const index = notices.findIndex(notice => notice.id === id);
  if (index >= 0) notices.splice(index, 1);
}

export const Notices = {
  render: () =>
    h(
      "div",
      { class: "notices", role: "status", "aria-live": "polite" },
      notices.map(({ id, text, kind }) =>
        div(
          { class: ["notice", `notice-${kind}`], key: id },
          icon(kind === "done" ? "check" : "warning"),
          span(text),
          button(
            { class: "button-icon", type: "button", "aria-label": texts.dismiss, onClick: () => dismiss(id) },
            icon("close"),
          ),
        ),
      ),
    ),
};
