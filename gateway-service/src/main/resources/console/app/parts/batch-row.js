import { number } from "../format.js";
import { link } from "../router.js";
import { tags } from "../tags.js";
import { texts } from "../texts.js";
import { progress } from "./progress.js";
import { status } from "./status.js";
import { taskKind } from "./task-row.js";
import { ago } from "./time.js";

const { div, span } = tags;

/** A batch in a list. */
export function batchRow(batch) {
  return div(
    { class: "row task-row", role: "row", key: batch.batchId },
    div({ class: "cell-status", role: "cell" }, status(batch.status)),
    div(
      { class: "cell-main", role: "cell" },
      link(`/batches/${batch.batchId}`, { class: "row-link" }, texts.batches.title(batch.batchId)),
      span(
        { class: "row-sub" },
        [taskKind(batch), texts.task.objects(number(batch.objectCount))].join(" · "),
        batch.badLineCount > 0 &&
          span({ class: "row-failed" }, ` · ${texts.batches.badLines(number(batch.badLineCount))}`),
      ),
    ),
    div(
      { class: "cell-progress", role: "cell" },
      progress(batch.progress, batch.status, texts.task.progress),
      span({ class: "row-sub" }, batch.description ?? texts.batches.uploads[batch.upload]),
    ),
    div({ class: "cell-when", role: "cell" }, ago(batch.createdAt)),
  );
}
