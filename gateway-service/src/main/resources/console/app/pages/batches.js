import { onBeforeUnmount, onMounted, shallowReactive, watch } from "../vue.js";
import { bytes, percent } from "../format.js";
import { get } from "../http.js";
import { icon } from "../icons.js";
import { batchRow } from "../parts/batch-row.js";
import { empty, failure, skeleton } from "../parts/empty.js";
import { choice } from "../parts/field.js";
import { heading } from "../parts/heading.js";
import { progress } from "../parts/progress.js";
import { link } from "../router.js";
import { session } from "../session.js";
import { tags } from "../tags.js";
import { texts } from "../texts.js";
import { abort, send, upload } from "../upload.js";

const { button, div, form, h2, input, label, li, p, section, span, strong, ul } = tags;

const SHOWN_ERRORS = 20;
/** Poll interval while a batch has not ended, in milliseconds. */
const INTERVAL = 1_000;
const MOST = 50;

/** Options of the next upload. They survive page changes. */
const options = shallowReactive({ action: "url", onError: "refuse", soft: false, domain: "", tier: "" });

/** Form for the upload of a large list, and the list of batches. */
export const BatchesPage = {
  setup() {
    const state = shallowReactive({ batches: null, problem: null, file: null });
    let timer = 0;
    let left = false;

    async function load() {
      clearTimeout(timer);
      try {
        state.batches = (await get("/v1/batches", { limit: MOST })).batches;
        state.problem = null;
      } catch (problem) {
        if (!state.batches) state.problem = problem;
      }
      const moves = upload.state === "sending" || state.batches?.some(batch => isOpen(batch));
      if (!left && moves) timer = setTimeout(load, INTERVAL);
    }

    const end = watch(() => upload.state, load);
    onMounted(load);
    onBeforeUnmount(() => {
      left = true;
      clearTimeout(timer);
      end();
    });

    function submit(event) {
      event.preventDefault();
      if (state.file && upload.state !== "sending") send(state.file, query());
    }

    return () =>
      section(
        heading(texts.batches.heading, texts.batches.subtitle),
        form(
          { class: "card overview", onSubmit: submit },
          fields(),
          div(
            { class: "editor-head" },
            span({ class: "field-name" }, state.file ? chosen(state.file) : texts.batches.file),
            label(
              { class: "button button-small" },
              icon("file"),
              texts.refresh.chooseFile,
              input({
                class: "hidden",
                id: "file",
                type: "file",
                accept: ".txt,.csv,.ndjson,.jsonl,.gz,text/plain",
                onChange: event => (state.file = event.target.files[0] ?? null),
              }),
            ),
          ),
          p({ class: "muted small" }, texts.batches.hint),
          upload.state !== "idle" && running(),
          div(
            { class: "actions" },
            button(
              {
                class: "button button-primary",
                type: "submit",
                id: "upload",
                "aria-disabled": state.file && upload.state !== "sending" ? null : "true",
              },
              icon("push"),
              texts.batches.upload,
            ),
            upload.state === "sending" && button({ class: "button", type: "button", onClick: abort }, texts.cancel),
          ),
        ),
        state.problem ? failure(state.problem, load) : listing(state.batches),
      );
  },
};

function chosen(file) {
  return `${file.name} · ${bytes(file.size)}`;
}

function isOpen(batch) {
  return batch.upload === "receiving" || batch.status === "pending" || batch.status === "running";
}

function query() {
  const push = options.action === "push";
  return {
    kind: push ? "push" : "refresh",
    type: push ? "" : options.action,
    onError: options.onError,
    soft: !push && options.soft ? "true" : "",
    domain: options.action === "tag" ? options.domain : "",
    tier: push ? options.tier : "",
  };
}

function fields() {
  const tiers = session.account.tiers;
  return div(
    { class: "filters-fields" },
    choice(
      texts.refresh.mode,
      options.action,
      // Everything has no lines.
      Object.entries(texts.refresh.modes).filter(([mode]) => mode !== "everything"),
      value => (options.action = value),
      { id: "action" },
    ),
    options.action === "tag" &&
      choice(
        texts.refresh.domain,
        options.domain,
        [["", texts.refresh.allDomains], ...session.account.domains.map(name => [name, name])],
        value => (options.domain = value),
        { id: "domain" },
      ),
    choice(
      texts.batches.onError,
      options.onError,
      Object.entries(texts.batches.onErrors),
      value => (options.onError = value),
      { id: "on-error" },
    ),
    options.action === "push"
      ? choice(
          texts.refresh.tier,
          options.tier || tiers[0],
          tiers.map(name => [name, name]),
          value => (options.tier = value),
        )
      : choice(
          texts.task.facts.way,
          options.soft ? "soft" : "hard",
          Object.entries(texts.batches.ways),
          value => (options.soft = value === "soft"),
        ),
  );
}

/** The upload, its progress and its result. */
function running() {
  const share = upload.total > 0 ? Math.floor((100 * upload.loaded) / upload.total) : 100;
  const state = { sending: "running", received: "complete", failed: "failed" }[upload.state];
  return div(
    { class: "overview", id: "upload-state", role: "status" },
    strong(texts.batches.states[upload.state](upload.name, percent(share))),
    progress(share, state, texts.batches.uploadProgress),
    upload.batch && batchLink(upload.batch.batchId, { id: "uploaded" }),
    upload.problem && refusal(upload.problem),
  );
}

function batchLink(id, props) {
  return link(`/batches/${id}`, props, texts.batches.title(id));
}

function refusal(problem) {
  const errors = problem.document.errors ?? [];
  return div(
    p({ class: "fault", role: "alert" }, icon("warning"), problem.message),
    errors.length > 0 &&
      ul(
        errors
          .slice(0, SHOWN_ERRORS)
          .map(({ line, detail }) => li({ key: line }, line ? `${texts.refresh.line(line)} ${detail}` : detail)),
      ),
    problem.document.batchId && batchLink(problem.document.batchId, {}),
  );
}

function listing(batches) {
  if (!batches) return skeleton(4, "skeleton-rows");
  if (batches.length === 0) return empty("records", texts.batches.none, texts.batches.noneText);
  return div(
    { class: "card submitted" },
    div({ class: "card-head" }, h2(texts.batches.recent)),
    div({ class: "rows", role: "table", "aria-label": texts.batches.recent }, batches.map(batchRow)),
  );
}
