import { computed, h, onBeforeUnmount, onMounted, ref, shallowReactive, shallowRef } from "../vue.js";
import {
  append,
  check,
  checkNow,
  draft,
  entries,
  isEverything,
  isOneTier,
  isWithinDomains,
  limit,
  lineCount,
  MODES,
  namesUrls,
  notes,
  optionFaults,
  OTHER_MODES,
  pushedUrls,
  pushFaults,
  removeLines,
  submit,
} from "../draft.js";
import { number } from "../format.js";
import { get } from "../http.js";
import { icon } from "../icons.js";
import { merged, onTask, upToDate } from "../live.js";
import { ask } from "../parts/dialog.js";
import { checkedEntry, choice, faults as reasons, toggle } from "../parts/field.js";
import { heading } from "../parts/heading.js";
import { LineEditor } from "../parts/line-editor.js";
import { notify } from "../parts/notices.js";
import { meter } from "../parts/progress.js";
import { PushOptions } from "../parts/push-options.js";
import { taskRow } from "../parts/task-row.js";
import { ago } from "../parts/time.js";
import { go } from "../router.js";
import { session } from "../session.js";
import { tags } from "../tags.js";
import { texts } from "../texts.js";

const { aside, button, div, fieldset, form, h2, input, label, legend, li, p, section, span, strong, ul } = tags;

const SHOWN_FAULTS = 100;
const MAX_FILE = 8_000_000;
const ICONS = { url: "refresh", "ignore-query": "refresh", push: "push" };
const iconOf = mode => icon(ICONS[mode] ?? "records");

/** Form for a refresh or a push. */
export const RefreshPage = {
  setup() {
    const editor = ref(null);
    const quotas = shallowRef(new Map());
    const sending = ref(false);
    const refusal = shallowRef(null);
    const submitted = shallowReactive(new Map());

    async function loadQuotas() {
      try {
        quotas.value = new Map((await get("/v1/quotas")).quotas.map(quota => [quota.quota, quota]));
      } catch {
        quotas.value = new Map(); // the check says what matters; a meter is missing
      }
    }

    const endLive = onTask(state => {
      if (submitted.has(state.taskId)) submitted.set(state.taskId, merged(submitted.get(state.taskId), state));
    });
    onMounted(() => {
      loadQuotas();
      window.addEventListener("focus", loadQuotas);
      if (check.state === "checking") checkNow();
    });
    onBeforeUnmount(() => {
      endLive();
      window.removeEventListener("focus", loadQuotas);
    });

    const wrong = computed(() => [...notes.value].filter(([, note]) => note.kind === "wrong"));
    const same = computed(() => [...notes.value].filter(([, note]) => note.kind === "same"));

    /** Cost of the request per quota, and whether it is available. */
    const charges = computed(() =>
      Object.entries(check.result?.charges ?? {}).map(([quota, objects]) => ({
        quota,
        objects,
        left: quotas.value.get(quota),
        exceeds: quotas.value.has(quota) && objects > quotas.value.get(quota).remaining,
      })),
    );

    /** Reason why the draft cannot be submitted; null if it can. */
    const obstacle = computed(() => {
      switch (check.state) {
        case "empty":
          return texts.refresh.obstacle.empty;
        case "checking":
          return texts.refresh.obstacle.checking;
        case "far":
          return texts.refresh.obstacle.tooMany(number(entries.value.length), number(limit.value));
        case "failed":
          return check.problem.document.errors?.length > 1 ? texts.refresh.obstacle.options : check.problem.message;
      }
      if (!namesUrls.value && draft.thenPush && !pushedUrls.value.length) {
        return texts.refresh.obstacle.noPushedUrls;
      }
      if (check.result.errors.length) {
        return !isEverything.value && entries.value.length > limit.value
          ? texts.refresh.obstacle.tooMany(number(entries.value.length), number(limit.value))
          : check.result.errors[0].detail;
      }
      if (!check.result.acceptable) return texts.refresh.obstacle.wrong(wrong.value.length + pushFaults.value.length);
      if (charges.value.some(charge => charge.exceeds)) return texts.refresh.obstacle.quota;
      return null;
    });

    function confirmEverything() {
      const domains = check.result.entries.map(entry => entry.object);
      ask({
        title: texts.refresh.everythingTitle(domains.length),
        text: texts.refresh.everythingText(domains.join(", ")),
        confirm: texts.refresh.submit.everything,
        danger: true,
        act: async () => {
          try {
            arrived(await submit());
          } finally {
            loadQuotas();
          }
        },
      });
    }

    async function send(event) {
      event.preventDefault();
      if (sending.value) return;
      if (isEverything.value) {
        if (!obstacle.value) confirmEverything();
        return;
      }
      sending.value = true;
      refusal.value = null;
      try {
        if (check.state === "checking") await checkNow();
        if (!obstacle.value) arrived(await submit());
      } catch (problem) {
        refusal.value = problem;
        checkNow();
      } finally {
        sending.value = false;
        loadQuotas();
      }
    }

    /** Opens the task; several tasks are listed here. */
    function arrived({ tasks, isReplay }) {
      notify(isReplay ? texts.refresh.acceptedBefore : texts.refresh.accepted(tasks.length));
      if (tasks.length === 1 && !tasks[0].thenPush) return go(`/tasks/${tasks[0].taskId}`);
      for (const task of tasks) {
        const kind = draft.mode === "push" ? "push" : "refresh";
        submitted.set(task.taskId, upToDate(begun(task.taskId, kind, task)));
        const push = task.thenPush;
        if (push) submitted.set(push.taskId, upToDate(begun(push.taskId, "push", pushOf(task))));
      }
    }

    async function read(files) {
      for (const file of files) {
        if (file.size > MAX_FILE) notify(texts.refresh.fileTooLarge(file.name), "failed");
        else append(await file.text());
      }
    }

    return () =>
      section(
        heading(texts.refresh.title, texts.refresh.subtitle),
        submitted.size > 0 && submittedTasks(submitted),
        form(
          { class: "refresh", onSubmit: send },
          div(
            { class: "refresh-main" },
            div({ class: "modes" }, modes(), otherModes()),
            options(),
            !isEverything.value &&
              div(
                { class: "editor-head" },
                span({ class: "field-name" }, texts.refresh.entries[draft.mode]),
                label(
                  { class: "button button-small" },
                  icon("file"),
                  texts.refresh.chooseFile,
                  input({
                    class: "hidden",
                    type: "file",
                    accept: ".txt,.csv,text/plain",
                    multiple: true,
                    onChange: event => {
                      read([...event.target.files]);
                      event.target.value = "";
                    },
                  }),
                ),
              ),
            !isEverything.value &&
              h(LineEditor, {
                ref: editor,
                value: draft.text,
                lineCount: lineCount.value,
                notes: notes.value,
                label: texts.refresh.entries[draft.mode],
                describedBy: "check",
                placeholder: texts.refresh.placeholder[draft.mode](session.account.domains[0] ?? "www.example.com"),
                onInput: text => (draft.text = text),
                onFiles: files => read([...files]),
              }),
            p(
              { class: "muted small" },
              texts.refresh.hint[draft.mode],
              " ",
              texts.refresh.domains,
              " ",
              session.account.domains.join(", ") || "–",
            ),
          ),
          aside(
            { class: "card refresh-side", "aria-label": texts.refresh.summary },
            summary(wrong.value, same.value),
            charges.value.map(charge),
            wrong.value.length > 0 && faults(wrong.value, line => editor.value.showLine(line)),
            refusal.value &&
              p(
                { class: "fault", role: "alert" },
                icon("warning"),
                [refusal.value.message, refusal.value.passes && texts.refresh.safeAgain].filter(Boolean).join(" "),
              ),
            button(
              {
                class: "button button-primary button-wide",
                type: "submit",
                id: "submit",
                "aria-disabled": obstacle.value || sending.value ? "true" : null,
                "aria-describedby": "obstacle",
              },
              iconOf(draft.mode),
              texts.refresh.submit[draft.mode],
            ),
            p({ id: "obstacle", class: "muted small center" }, obstacle.value),
          ),
        ),
      );
  },
};

function begun(taskId, kind, task) {
  return {
    taskId,
    kind,
    type: task.type,
    domain: task.domain,
    objectCount: task.objectCount,
    status: "pending",
    progress: 0,
    completeCount: 0,
    failedCount: 0,
    laggingNodes: [],
    createdAt: new Date().toISOString(),
  };
}

/** The push that follows a refresh is always of URLs. */
function pushOf(task) {
  return { ...task, type: "url", objectCount: task.thenPush.objectCount };
}

function modes() {
  return fieldset(
    { class: "segments" },
    legend({ class: "hidden" }, texts.refresh.mode),
    MODES.map(mode =>
      label(
        { class: ["segment", draft.mode === mode && "segment-chosen"], key: mode },
        input({
          class: "hidden",
          type: "radio",
          name: "mode",
          value: mode,
          checked: draft.mode === mode,
          onChange: () => (draft.mode = mode),
        }),
        iconOf(mode),
        span(texts.refresh.modes[mode]),
      ),
    ),
  );
}

/** Types that are needed less often, in a select beside the others. */
function otherModes() {
  const chosen = OTHER_MODES.includes(draft.mode);
  return span(
    { class: ["select", "other-modes", chosen && "other-modes-chosen"] },
    tags.select(
      {
        id: "other-modes",
        "aria-label": texts.refresh.otherModes,
        value: chosen ? draft.mode : "",
        onChange: event => (draft.mode = event.target.value || "url"),
      },
      tags.option({ key: "", value: "", selected: !chosen }, texts.refresh.otherModes),
      OTHER_MODES.map(mode =>
        tags.option({ key: mode, value: mode, selected: mode === draft.mode }, texts.refresh.modes[mode]),
      ),
    ),
    icon("chevron"),
  );
}

function options() {
  return div(
    { class: "options" },
    isWithinDomains.value &&
      choice(
        texts.refresh.domain,
        draft.domain,
        [["", texts.refresh.allDomains], ...session.account.domains.map(name => [name, name])],
        value => (draft.domain = value),
        { id: "domain" },
      ),
    draft.mode !== "push" &&
      toggle(draft.soft, value => (draft.soft = value), texts.refresh.soft, texts.refresh.softHint),
    draft.mode !== "push" &&
      toggle(
        draft.thenPush,
        value => (draft.thenPush = value),
        texts.refresh.thenPush,
        texts.refresh.thenPushHint[namesUrls.value ? "same" : "named"],
      ),
    draft.mode !== "push" && draft.thenPush && tier(draft.thenPushTier, value => (draft.thenPushTier = value)),
    !namesUrls.value && draft.thenPush && urlsToPush(),
    draft.mode === "push" &&
      toggle(
        draft.children,
        value => (draft.children = value),
        texts.refresh.children,
        texts.refresh.childrenHint,
      ),
    draft.mode === "push" && isOneTier.value && tier(draft.tier, value => (draft.tier = value)),
    draft.mode === "push" && startAt(),
    draft.mode === "push" && headers(),
    draft.mode === "push" && h(PushOptions),
  );
}

function urlsToPush() {
  return div(
    { class: "pushed-urls" },
    label(
      { class: "field" },
      span({ class: "field-name" }, texts.refresh.pushedUrls),
      tags.textarea({
        id: "then-push-urls",
        rows: 4,
        spellcheck: "false",
        wrap: "off",
        value: draft.thenPushText,
        onInput: event => (draft.thenPushText = event.target.value),
      }),
    ),
    pushFaults.value
      .slice(0, SHOWN_FAULTS)
      .map(({ text, reason }, index) => p({ class: "fault small", key: index }, icon("warning"), `${text} ${reason}`)),
  );
}

function tier(value, set) {
  const tiers = session.account.tiers;
  return choice(
    texts.refresh.tier,
    value || tiers[0],
    tiers.map(name => [name, name]),
    set,
  );
}

/** A local time; the request has it in UTC. */
function startAt() {
  return checkedEntry(
    "start-at",
    texts.refresh.startAt,
    draft.startAt,
    optionFaults("/startAt"),
    value => (draft.startAt = value),
    { type: "datetime-local" },
  );
}

/** Values of a header that is there several times are variants. */
function headers() {
  const names = session.account.pushHeaders;
  return (
    names.length > 0 &&
    div(
      { class: "headers" },
      span({ class: "field-name" }, texts.refresh.headers),
      draft.headers.map((header, index) =>
        div(
          { class: "header-row", key: index },
          span(
            { class: "select" },
            tags.select(
              {
                "aria-label": texts.refresh.headerName,
                value: header.name,
                onChange: event => (header.name = event.target.value),
              },
              names.map(name => tags.option({ key: name, value: name, selected: name === header.name }, name)),
            ),
            icon("chevron"),
          ),
          input({
            type: "text",
            "aria-label": texts.refresh.headerValue,
            placeholder: "gzip",
            value: header.value,
            onInput: event => (header.value = event.target.value),
          }),
          button(
            {
              class: "button-icon",
              type: "button",
              "aria-label": texts.refresh.removeHeader,
              onClick: () => draft.headers.splice(index, 1),
            },
            icon("close"),
          ),
        ),
      ),
      button(
        {
          class: "button button-small",
          type: "button",
          onClick: () =>
            draft.headers.push({ name: names.find(name => name === "Accept-Encoding") ?? names[0], value: "" }),
        },
        icon("plus"),
        texts.refresh.addHeader,
      ),
      reasons(optionFaults("/headers")),
    )
  );
}

function summary(wrong, same) {
  // A check stops at the limit.
  const tooMany = !isEverything.value && entries.value.length > limit.value;
  const count = tooMany ? entries.value.length : (check.result?.objectCount ?? entries.value.length);
  return div(
    { class: "summary", id: "check", role: "status" },
    h2(texts.refresh.summary),
    p(
      { class: "summary-count" },
      strong(number(check.state === "empty" ? 0 : count)),
      span(
        { class: "muted" },
        isWithinDomains.value ? texts.refresh.objects(count) : texts.refresh.objectsOf(count, number(limit.value)),
      ),
    ),
    entries.value.length > 0 &&
      !isEverything.value &&
      ul(
        { class: "summary-facts" },
        li(
          { class: wrong.length ? "summary-wrong" : "muted" },
          check.state === "checking" && !wrong.length
            ? [icon("running"), texts.refresh.obstacle.checking]
            : [icon(wrong.length ? "cross" : "check"), texts.refresh.wrong(wrong.length)],
          wrong.length > 0 &&
            button({ class: "button-link", type: "button", onClick: () => removeLines("wrong") }, texts.refresh.remove),
        ),
        same.length > 0 &&
          li(
            { class: "summary-same" },
            icon("records"),
            texts.refresh.same(same.length),
            button({ class: "button-link", type: "button", onClick: () => removeLines("same") }, texts.refresh.remove),
          ),
      ),
  );
}

function charge({ quota, objects, left, exceeds }) {
  return (
    left &&
    div(
      { class: "charge", key: quota },
      div(
        { class: "charge-head small" },
        span(texts.quota[quota]),
        span(
          { class: exceeds ? "summary-wrong" : "muted" },
          texts.refresh.left(number(Math.max(0, left.remaining - objects)), number(left.remaining), exceeds),
        ),
      ),
      meter(left.used, objects, left.limit, texts.quotas.meter(texts.quota[quota])),
    )
  );
}

function faults(wrong, show) {
  return div(
    { class: "faults" },
    ul(
      wrong
        .slice(0, SHOWN_FAULTS)
        .map(([line, note]) =>
          li(
            { key: line },
            button(
              { class: "fault-line", type: "button", onClick: () => show(line) },
              strong(texts.refresh.line(line + 1)),
              span(note.reason),
            ),
          ),
        ),
    ),
    wrong.length > SHOWN_FAULTS && p({ class: "muted small" }, texts.refresh.moreFaults(wrong.length - SHOWN_FAULTS)),
  );
}

function submittedTasks(tasks) {
  return div(
    { class: "card submitted" },
    div(
      { class: "card-head" },
      h2(texts.refresh.submitted),
      button(
        { class: "button-icon", type: "button", "aria-label": texts.dismiss, onClick: () => tasks.clear() },
        icon("close"),
      ),
    ),
    div(
      { class: "rows", role: "table", "aria-label": texts.refresh.submitted },
      [...tasks.values()].map(task => taskRow(task, { key: task.taskId }, ago(task.createdAt))),
    ),
  );
}
