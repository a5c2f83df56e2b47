import { onBeforeUnmount, onMounted, shallowReactive, watch } from "../vue.js";
import { download } from "../download.js";
import { between, bytes, number } from "../format.js";
import { get, post } from "../http.js";
import { icon } from "../icons.js";
import { connection, isBehind, merged, onNodes, onTask, upToDate } from "../live.js";
import { ask } from "../parts/dialog.js";
import { empty, failure, skeleton } from "../parts/empty.js";
import { choice } from "../parts/field.js";
import { heading } from "../parts/heading.js";
import { notify } from "../parts/notices.js";
import { progress } from "../parts/progress.js";
import { nodeNames, status } from "../parts/status.js";
import { taskKind } from "../parts/task-row.js";
import { ago, at, lasting } from "../parts/time.js";
import { isOver, repeat, retry } from "../repeat.js";
import { link } from "../router.js";
import { session } from "../session.js";
import { tags } from "../tags.js";
import { texts } from "../texts.js";

const { button, dd, div, dl, dt, h2, li, p, section, span, strong, ul } = tags;

const PAGE = 200;
/** URLs of the push that follows that are shown with a refresh. */
const SHOWN_URLS = 10;
const MOST = 1_000;
/** Delay in which changes of the task share one query of its objects, in milliseconds. */
const PAUSE = 400;
/** Poll interval for a complete task that has not settled: no event reports that. */
const SETTLING = 2_000;

/** One task with its objects, updated live. */
export const TaskPage = {
  props: ["id"],
  setup(props) {
    const state = shallowReactive({
      task: null,
      problem: null,
      objects: [],
      pageToken: null,
      more: false,
      objectsProblem: null,
      filter: "",
      nodes: new Map(),
      repeating: false,
      exporting: false,
    });
    let timer = 0;
    let asked = 0;
    let behind = false;
    let left = false;

    async function loadTask() {
      try {
        const task = await get(`/v1/tasks/${props.id}`);
        behind = isBehind(task);
        state.task = upToDate(task);
        state.problem = null;
      } catch (problem) {
        if (!state.task) state.problem = problem;
      }
    }

    /** Queries the shown objects again, or more of them. */
    async function loadObjects(more = false) {
      const mine = ++asked;
      const limit = more ? PAGE : Math.min(MOST, Math.max(PAGE, state.objects.length));
      try {
        const page = await get(`/v1/tasks/${props.id}/objects`, {
          limit,
          status: state.filter,
          pageToken: more ? state.pageToken : null,
        });
        if (mine !== asked) return;
        state.objects = more ? [...state.objects, ...page.objects] : [...page.objects, ...state.objects.slice(limit)];
        if (more || state.objects.length <= limit) state.pageToken = page.nextPageToken ?? null;
        state.more = Boolean(state.pageToken);
        state.objectsProblem = null;
      } catch (problem) {
        if (mine === asked) state.objectsProblem = problem;
      }
    }

    async function look() {
      timer = 0;
      // Objects first: they are at least as new as the task, which shows whether the task store is behind.
      await loadTask();
      await loadObjects();
      if (behind) soon();
      else if (state.task && isSettling(state.task)) soon(SETTLING);
    }

    function soon(wait = PAUSE) {
      if (!left) timer ||= setTimeout(look, wait);
    }

    const ends = [
      onTask(news => {
        if (news.taskId !== props.id || !state.task) return;
        if (moved(state.task, news)) soon();
        state.task = merged(state.task, news);
      }),
      watch(connection, (now, before) => before === "lost" && now === "open" && soon()),
    ];
    // For operators: the states of the lagging nodes.
    let endNodes = null;
    watch(
      () => state.task?.laggingNodes.length > 0,
      lagging => {
        if (lagging && session.account.operator)
          endNodes ??= onNodes(nodes => (state.nodes = new Map(nodes.map(node => [node.id, node]))));
        if (!lagging) {
          endNodes?.();
          endNodes = null;
        }
      },
    );
    onMounted(look);
    onBeforeUnmount(() => {
      left = true;
      clearTimeout(timer);
      ends.forEach(end => end());
      endNodes?.();
    });

    async function submit(action) {
      state.repeating = true;
      await action(state.task);
      state.repeating = false;
    }

    function cancel() {
      const task = state.task;
      ask({
        title: texts.task.cancelTitle,
        text: texts.task.cancelText,
        confirm: texts.task.cancel,
        danger: true,
        act: async () => {
          await post(`/v1/tasks/${task.taskId}/cancel`);
          notify(texts.task.cancelRequested);
          soon();
        },
      });
    }

    /** The actions that the task's status allows. */
    function actions(task) {
      if (!isOver(task))
        return [
          button({ class: "button", type: "button", id: "cancel", onClick: cancel }, icon("stop"), texts.task.cancel),
        ];
      const attributes = { class: "button", type: "button", disabled: state.repeating };
      return [
        task.failedCount > 0 &&
          button({ ...attributes, id: "retry", onClick: () => submit(retry) }, icon("again"), texts.task.retry),
        button(
          { ...attributes, class: "button button-primary", id: "repeat", onClick: () => submit(repeat) },
          icon("again"),
          texts.task.repeat,
        ),
      ];
    }

    async function exportObjects() {
      state.exporting = true;
      await download(`/v1/tasks/${props.id}/objects.csv`, `freshet-task-${props.id}.csv`);
      state.exporting = false;
    }

    return () => {
      if (state.problem) return section(back(), heading(texts.task.title(props.id)), failure(state.problem, look));
      if (!state.task) return section(back(), skeleton(6));
      const task = state.task;
      return section(
        { class: "task" },
        back(),
        heading(
          task.domain,
          `${taskKind(task)} · ${task.taskId}`,
          ...actions(task),
        ),
        overview(task),
        task.laggingNodes.length > 0 && laggingNodes(task, state.nodes),
        objects(
          state,
          task,
          value => {
            Object.assign(state, { filter: value, objects: [], pageToken: null });
            loadObjects();
          },
          () => loadObjects(true),
          exportObjects,
        ),
      );
    };
  },
};

function isSettling(task) {
  return task.kind === "refresh" && task.status === "complete" && !task.settledAt;
}

function moved(task, news) {
  return (
    task.progress !== news.progress ||
    task.status !== news.status ||
    task.completeCount !== news.completeCount ||
    task.failedCount !== news.failedCount ||
    String(task.laggingNodes) !== String(news.laggingNodes)
  );
}

function back() {
  return link("/tasks", { class: "back" }, icon("back"), texts.records.title);
}

function overview(task) {
  return div(
    { class: "card overview" },
    div({ class: "overview-head" }, status(task.status), progress(task.progress, task.status, texts.task.progress)),
    task.description &&
      p(
        { class: task.status === "failed" ? "fault" : "hint" },
        icon(task.status === "failed" ? "warning" : "clock"),
        task.description,
      ),
    isInNoCache(task) && p({ class: "hint" }, icon("question"), texts.task.inNoCache),
    dl(
      { class: "facts" },
      fact(texts.task.facts.objects, [
        number(task.objectCount),
        span(
          { class: "muted" },
          ` · ${texts.task.complete(number(task.completeCount))}${task.failedCount ? ` · ${texts.task.failed(number(task.failedCount))}` : ""}`,
        ),
      ]),
      task.purgedCount + task.absentCount > 0 &&
        fact(texts.task.facts.found, texts.task.found(number(task.purgedCount), number(task.absentCount))),
      fact(texts.task.facts.accepted, [at(task.createdAt), " ", span({ class: "muted" }, ago(task.createdAt))]),
      fact(texts.task.facts.applied, step(task, task.appliedAt)),
      task.kind === "refresh" && fact(texts.task.facts.settled, step(task, task.settledAt)),
      task.kind === "refresh" &&
        fact(texts.task.facts.verified, task.verifiedAt ? step(task, task.verifiedAt) : texts.task.notVerified),
      fact(texts.task.facts.finished, step(task, task.finishedAt)),
      options(task),
    ),
  );
}

/** Whether no cache had any object: a misspelt URL or a wrong cache key looks like that. */
function isInNoCache(task) {
  return task.objectCount > 0 && task.absentCount === task.objectCount;
}

function fact(name, value) {
  return div({ class: "fact", key: name }, dt(name), dd(value));
}

/** Time of a step and its duration. */
function step(task, instant) {
  return instant
    ? [at(instant), " ", span({ class: "muted" }, texts.task.after(between(task.createdAt, instant)))]
    : span({ class: "muted" }, isOver(task) ? texts.task.never : texts.task.notYet);
}

function options({ options, follows, childCount }) {
  const words = texts.task.facts;
  return (
    options && [
      options.soft !== undefined && fact(words.way, options.soft ? texts.task.soft : texts.task.hard),
      options.tier && !options.tiers && !options.nodes && fact(words.tier, options.tier),
      options.tiers && fact(words.tiers, options.tiers.join(" → ")),
      options.region && fact(words.region, options.region),
      options.nodes && fact(words.nodes, options.nodes.join(", ")),
      options.startAt && fact(words.startAt, at(options.startAt)),
      options.limits && fact(words.limits, limits(options.limits)),
      options.redirects === "follow" && fact(words.redirects, texts.task.followed),
      options.children && fact(words.children, texts.task.children(number(childCount ?? 0))),
      options.headers &&
        Object.keys(options.headers).length > 0 &&
        fact(
          words.headers,
          ul(
            { class: "plain" },
            Object.entries(options.headers).map(([name, values]) =>
              li({ key: name, class: "code" }, `${name}: ${values.join(" | ")}`),
            ),
          ),
        ),
      options.thenPush &&
        fact(words.thenPush, [
          link(`/tasks/${options.thenPush.taskId}`, {}, texts.task.kind.push),
          ` → ${options.thenPush.tier}`,
        ]),
      options.retryOf && fact(words.retryOf, link(`/tasks/${options.retryOf}`, {}, options.retryOf)),
      options.thenPush?.objects && fact(words.pushedUrls, urls(options.thenPush.objects)),
      follows && fact(words.follows, link(`/tasks/${follows}`, {}, follows)),
    ]
  );
}

function limits({ requestsInFlight, requestsPerSecond, bytesPerSecond }) {
  const words = texts.task.limits;
  return [
    requestsInFlight && words.requestsInFlight(number(requestsInFlight)),
    requestsPerSecond && words.requestsPerSecond(number(requestsPerSecond)),
    bytesPerSecond && words.bytesPerSecond(bytes(bytesPerSecond)),
  ]
    .filter(Boolean)
    .join(" · ");
}

/** The first URLs, and how many more there are: the task of the push lists all. */
function urls(all) {
  return ul(
    { class: "plain" },
    all.slice(0, SHOWN_URLS).map(url => li({ key: url, class: "code" }, url)),
    all.length > SHOWN_URLS && li({ class: "muted" }, texts.task.moreUrls(number(all.length - SHOWN_URLS))),
  );
}

/** Nodes that the task waits for, with their states. */
function laggingNodes({ laggingNodes: ids, kind }, nodes) {
  return div(
    { class: "card lagging", role: "status" },
    h2(icon("warning"), texts.task.laggingNodes[kind](ids.length)),
    ul(
      { class: "lagging-nodes" },
      ids.map(id => {
        const node = nodes.get(id);
        return li(
          { key: id },
          session.account.operator ? link("/nodes", { class: "node-name" }, id) : span({ class: "node-name" }, id),
          node?.why ? span(node.why) : span({ class: "muted" }, texts.task.laggingText[kind]),
          node?.since &&
            node.state === "lagging" &&
            span({ class: "muted" }, texts.nodes.stateFor.lagging, " ", lasting(node.since)),
        );
      }),
    ),
  );
}

function objects(state, task, filter, more, exportObjects) {
  const bodies = task.kind === "push";
  return div(
    { class: "card objects" },
    div(
      { class: "card-head" },
      h2(texts.task.objectsTitle),
      choice(
        texts.records.status,
        state.filter,
        [["", texts.records.any], ...Object.entries(texts.records.statuses)],
        filter,
        { id: "object-status" },
      ),
      button(
        { class: "button", type: "button", id: "export-objects", onClick: exportObjects, disabled: state.exporting },
        icon("download"),
        state.exporting ? texts.records.exporting : texts.records.export,
      ),
    ),
    state.objectsProblem
      ? failure(state.objectsProblem, () => filter(state.filter))
      : state.objects.length === 0
        ? empty("records", state.filter ? texts.task.noObject : texts.task.noObjects)
        : div(
            {
              class: ["rows object-rows", bodies && "object-rows-push"],
              role: "table",
              "aria-label": texts.task.objectsTitle,
            },
            div(
              { class: "row row-head", role: "row" },
              texts.task.columns.map((name, i) => (i < 4 || bodies) && span({ role: "columnheader", key: name }, name)),
            ),
            state.objects.map(object => objectRow(object, bodies)),
          ),
    state.more &&
      div({ class: "actions center" }, button({ class: "button", type: "button", onClick: more }, texts.task.more)),
  );
}

function objectRow(object, bodies) {
  return div(
    { class: "row object-row", role: "row", key: object.index },
    span({ class: "cell-index muted", role: "cell" }, number(object.index + 1)),
    div(
      { class: "cell-object", role: "cell" },
      span({ class: "code url" }, object.object),
      object.description && span({ class: "row-sub object-reason" }, object.description),
    ),
    div({ class: "cell-status", role: "cell" }, status(object.status)),
    div(
      { class: "cell-nodes", role: "cell" },
      object.nodesTotal > 0
        ? strong(texts.task.nodes(object.nodesDone, object.nodesTotal))
        : span({ class: "muted" }, "–"),
      object.laggingNodes.length > 0 && nodeNames(object.laggingNodes),
    ),
    bodies && span({ class: "cell-bytes", role: "cell" }, object.bytes > 0 ? bytes(object.bytes) : "–"),
  );
}
