import { onBeforeUnmount, onMounted, shallowReactive } from "../vue.js";
import { download } from "../download.js";
import { number } from "../format.js";
import { get, post, send } from "../http.js";
import { icon } from "../icons.js";
import { ask } from "../parts/dialog.js";
import { failure, skeleton } from "../parts/empty.js";
import { heading } from "../parts/heading.js";
import { notify } from "../parts/notices.js";
import { progress } from "../parts/progress.js";
import { status } from "../parts/status.js";
import { taskKind, taskRow } from "../parts/task-row.js";
import { ago, at } from "../parts/time.js";
import { link } from "../router.js";
import { tags } from "../tags.js";
import { texts } from "../texts.js";

const { button, dd, div, dl, dt, h2, li, p, section, span, strong, ul } = tags;

const SHOWN_LINES = 100;
const SHOWN_TASKS = 50;
/** Poll interval while the batch has not ended, in milliseconds. */
const INTERVAL = 1_000;

/** One batch: its upload, the sums of its tasks, its bad lines and its tasks. */
export const BatchPage = {
  props: ["id"],
  setup(props) {
    const state = shallowReactive({ batch: null, problem: null, lines: [], tasks: [] });
    let timer = 0;
    let left = false;

    async function look() {
      try {
        state.batch = await get(`/v1/batches/${props.id}`);
        state.problem = null;
        if (state.batch.badLineCount > state.lines.length && state.lines.length < SHOWN_LINES) await loadLines();
        state.tasks = (await get("/v1/tasks", { batchId: props.id, limit: SHOWN_TASKS })).tasks;
      } catch (problem) {
        if (!state.batch) state.problem = problem;
      }
      if (!left && state.batch && !isOver(state.batch)) timer = setTimeout(look, INTERVAL);
    }

    async function loadLines() {
      const text = await (await send("GET", `/v1/batches/${props.id}/errors`)).text();
      state.lines = text
        .split("\n", SHOWN_LINES)
        .filter(Boolean)
        .map(line => JSON.parse(line));
    }

    function cancel() {
      ask({
        title: texts.batches.cancelTitle,
        text: texts.batches.cancelText,
        confirm: texts.batches.cancel,
        danger: true,
        act: async () => {
          state.batch = await post(`/v1/batches/${props.id}/cancel`);
          notify(texts.batches.cancelled);
        },
      });
    }

    onMounted(look);
    onBeforeUnmount(() => {
      left = true;
      clearTimeout(timer);
    });

    return () => {
      if (state.problem) return section(back(), heading(texts.batches.title(props.id)), failure(state.problem, look));
      if (!state.batch) return section(back(), skeleton(6));
      return section(
        { class: "task" },
        back(),
        heading(
          texts.batches.title(props.id),
          taskKind(state.batch),
          !isOver(state.batch) &&
            button({ class: "button", type: "button", id: "cancel", onClick: cancel }, icon("stop"), texts.batches.cancel),
        ),
        overview(state.batch),
        state.lines.length > 0 && badLines(state.batch, state.lines),
        state.tasks.length > 0 && tasksOf(state.tasks),
      );
    };
  },
};

function isOver(batch) {
  return ["complete", "cancelled", "failed"].includes(batch.status);
}

function back() {
  return link("/batches", { class: "back" }, icon("back"), texts.batches.heading);
}

function overview(batch) {
  const { facts } = texts.batches;
  return div(
    { class: "card overview" },
    div({ class: "overview-head" }, status(batch.status), progress(batch.progress, batch.status, texts.task.progress)),
    batch.description && p({ class: "fault" }, icon("warning"), batch.description),
    dl(
      { class: "facts" },
      fact(facts.upload, texts.batches.uploads[batch.upload]),
      fact(
        facts.lines,
        texts.batches.lines(number(batch.lineCount), number(batch.badLineCount), number(batch.duplicateCount)),
      ),
      fact(facts.objects, [
        number(batch.objectCount),
        span(
          { class: "muted" },
          ` · ${texts.task.complete(number(batch.completeCount))} · ${texts.task.failed(number(batch.failedCount))}`,
        ),
      ]),
      fact(
        facts.tasks,
        Object.entries(batch.tasks)
          .map(([name, count]) => `${number(count)} ${texts.status[name] ?? name}`)
          .join(" · ") || "–",
      ),
      fact(texts.task.facts.accepted, [at(batch.createdAt), " ", span({ class: "muted" }, ago(batch.createdAt))]),
      fact(texts.task.facts.finished, batch.finishedAt ? at(batch.finishedAt) : texts.task.notYet),
    ),
  );
}

function fact(name, value) {
  return div({ class: "fact", key: name }, dt(name), dd(value));
}

function badLines(batch, lines) {
  return div(
    { class: "card overview", id: "bad-lines" },
    div(
      { class: "card-head" },
      h2(texts.batches.badLines(number(batch.badLineCount))),
      button(
        {
          class: "button button-small",
          type: "button",
          id: "export-errors",
          onClick: () =>
            download(`/v1/batches/${batch.batchId}/errors.csv`, `freshet-batch-${batch.batchId}-errors.csv`),
        },
        icon("download"),
        texts.records.export,
      ),
    ),
    ul(
      lines.map(line =>
        li(
          { key: line.line },
          strong(texts.refresh.line(line.line)),
          ` ${line.error} `,
          span({ class: "muted" }, line.text),
        ),
      ),
    ),
  );
}

function tasksOf(tasks) {
  return div(
    { class: "card submitted" },
    div({ class: "card-head" }, h2(texts.batches.tasks)),
    div(
      { class: "rows", role: "table", "aria-label": texts.batches.tasks },
      tasks.map(task => taskRow(task, { key: task.taskId }, ago(task.createdAt))),
    ),
  );
}
