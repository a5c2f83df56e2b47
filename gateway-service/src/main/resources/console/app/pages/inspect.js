import { onMounted, shallowReactive } from "../vue.js";
import { bytes, duration, moment, number } from "../format.js";
import { get } from "../http.js";
import { icon } from "../icons.js";
import { empty, failure, skeleton } from "../parts/empty.js";
import { entry } from "../parts/field.js";
import { heading } from "../parts/heading.js";
import { status } from "../parts/status.js";
import { goQuery, place } from "../router.js";
import { tags } from "../tags.js";
import { texts } from "../texts.js";

const { article, button, dd, div, dl, dt, form, h2, input, label, p, section, span, time } = tags;

/** What each node's cache holds for a URL, and on request what the origin answers. */
export const InspectPage = {
  setup() {
    const state = shallowReactive({
      url: place.query.url ?? "",
      origin: place.query.origin === "true",
      answer: null,
      problem: null,
      asking: false,
    });

    async function ask() {
      Object.assign(state, { answer: null, problem: null, asking: true });
      try {
        state.answer = await get("/v1/inspect", { url: state.url, origin: state.origin && "true" });
      } catch (problem) {
        state.problem = problem;
      }
      state.asking = false;
    }

    function submit(event) {
      event.preventDefault();
      state.url = event.target.elements.url.value.trim();
      if (!state.url) return;
      goQuery({ url: state.url, origin: state.origin && "true" });
      ask();
    }

    onMounted(() => state.url && ask());

    return () =>
      section(
        { class: "inspect" },
        heading(texts.inspect.title, texts.inspect.subtitle),
        form(
          { class: "filters-fields", onSubmit: submit },
          entry(texts.inspect.url, state.url, value => (state.url = value.trim()), {
            id: "inspect-url",
            name: "url",
            class: "input-wide",
            spellcheck: false,
            required: true,
            placeholder: texts.records.objectPlaceholder,
          }),
          label(
            { class: "toggle" },
            input({
              id: "inspect-origin",
              type: "checkbox",
              checked: state.origin,
              onChange: event => (state.origin = event.target.checked),
            }),
            span(
              { class: "toggle-text" },
              span(texts.inspect.askOrigin),
              span({ class: "muted small" }, texts.inspect.askOriginHint),
            ),
          ),
          button(
            { class: "button button-primary", id: "inspect-ask", disabled: state.asking },
            icon("inspect"),
            texts.inspect.ask,
          ),
        ),
        content(state, ask),
      );
  },
};

function content(state, again) {
  if (state.asking) return skeleton(3, "skeleton-cards");
  if (state.problem) return failure(state.problem, again);
  if (!state.answer) return empty("inspect", texts.inspect.none, texts.inspect.noneText);
  const { url, at, nodes, origin } = state.answer;
  return div(
    { id: "inspected" },
    p({ class: "muted" }, span({ class: "code" }, url), " · ", time({ datetime: at }, moment(at))),
    div({ class: "cards" }, origin && originCard(origin), nodes.map(nodeCard)),
  );
}

function originCard({ node, reason, response }) {
  return article(
    { class: "card", key: "the origin" },
    h2(texts.inspect.origin),
    p({ class: "muted small" }, texts.inspect.through(node)),
    reason ? p({ class: "hint" }, `${node} ${reason}`) : details(response),
  );
}

function nodeCard({ node, tier, state, reason, copy }) {
  return article(
    { class: "card", key: node, "data-node": node },
    div({ class: "node-head" }, h2(node), status(state)),
    p({ class: "muted small" }, texts.nodes.tier(tier)),
    reason && p({ class: "hint" }, `${node} ${reason}`),
    copy && details(copy),
  );
}

/** The facts that the server has told. */
function details(copy) {
  const facts = Object.entries(FACTS).filter(([name]) => copy[name] !== undefined && copy[name] !== null);
  return dl(
    { class: "facts" },
    facts.map(([name, text]) => div({ class: "fact", key: name }, dt(texts.inspect.facts[name]), dd(text(copy[name])))),
  );
}

const FACTS = {
  status: String,
  ageSeconds: duration,
  ttlSeconds: seconds => (seconds > 0 ? duration(seconds) : texts.inspect.stale(duration(-seconds))),
  graceSeconds: duration,
  bytes,
  etag: String,
  lastModified: String,
  vary: String,
  tags: String,
  hits: number,
};
