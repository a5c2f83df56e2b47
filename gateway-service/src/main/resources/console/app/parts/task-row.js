import { between, number } from "../format.js";
import { link } from "../router.js";
import { tags } from "../tags.js";
import { texts } from "../texts.js";
import { nodeNames, status } from "./status.js";
import { progress } from "./progress.js";

const { div, span } = tags;

/** Summary of a task: its kind and number of objects. */
export function taskKind(task) {
  return task.kind ? texts.task.kind[task.kind === "push" ? "push" : task.type] : texts.loading;
}

/** A task in a list. @param props of the row; @param end content at its end */
export function taskRow(task, props, when, ...end) {
  return div(
    { ...props, class: ["row task-row", props.class], role: "row" },
    div({ class: "cell-status", role: "cell" }, status(task.status)),
    div(
      { class: "cell-main", role: "cell" },
      link(`/tasks/${task.taskId}`, { class: "row-link" }, task.domain ?? task.taskId),
      span(
        { class: "row-sub" },
        [taskKind(task), texts.task.objects(number(task.objectCount))].join(" · "),
        task.failedCount > 0 && span({ class: "row-failed" }, ` · ${texts.task.failed(number(task.failedCount))}`),
      ),
    ),
    div(
      { class: "cell-progress", role: "cell" },
      progress(task.progress, task.status, texts.task.progress),
      task.laggingNodes.length > 0
        ? span(
            { class: "row-sub row-lagging", title: task.laggingNodes.join(", ") },
            texts.task.missing[task.kind] ?? texts.task.missing.refresh,
            " ",
            nodeNames(task.laggingNodes),
          )
        : task.description && span({ class: "row-sub", title: task.description }, task.description),
    ),
    div(
      { class: "cell-when", role: "cell" },
      when,
      span(
        { class: "row-sub" },
        between(task.createdAt, task.finishedAt) && texts.task.took(between(task.createdAt, task.finishedAt)),
      ),
    ),
    div({ class: "cell-end", role: "cell" }, end),
  );
}
