import { icon } from "../icons.js";
import { tags } from "../tags.js";
import { texts } from "../texts.js";

const { span } = tags;

const ICONS = {
  pending: "clock",
  running: "running",
  complete: "check",
  failed: "cross",
  present: "check",
  absent: "cross",
  in_sync: "check",
  lagging: "warning",
  unknown: "question",
};

/** A state as a word, an icon and a colour. */
export function status(state) {
  return span({ class: ["status", `status-${state}`] }, icon(ICONS[state]), texts.status[state] ?? state);
}

/** Ids of nodes. */
export function nodeNames(ids) {
  return span(
    { class: "node-names" },
    ids.map(id => span({ class: "node-name", key: id }, id)),
  );
}
