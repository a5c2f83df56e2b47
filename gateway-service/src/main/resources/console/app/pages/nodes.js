import { onBeforeUnmount, onMounted, ref, shallowReactive } from "../vue.js";
import { duration, number } from "../format.js";
import { post, send } from "../http.js";
import { icon } from "../icons.js";
import { onNodes } from "../live.js";
import { ask } from "../parts/dialog.js";
import { empty, skeleton } from "../parts/empty.js";
import { choice, entry } from "../parts/field.js";
import { heading } from "../parts/heading.js";
import { notify } from "../parts/notices.js";
import { status } from "../parts/status.js";
import { ago, lasting } from "../parts/time.js";
import { session } from "../session.js";
import { tags } from "../tags.js";
import { texts } from "../texts.js";

const { article, button, div, h2, h3, p, section, span, strong } = tags;

/** The fleet with parents above their children, for operators. */
export const NodesPage = {
  setup() {
    const state = shallowReactive({ nodes: null, stream: "connecting" });
    let end = () => {};
    onMounted(() => {
      if (session.account.operator)
        end = onNodes(
          nodes => (state.nodes = nodes),
          stream => (state.stream = stream),
        );
    });
    onBeforeUnmount(() => end());

    return () => {
      if (!session.account.operator) {
        return section(heading(texts.nodes.title), empty("nodes", texts.nodes.forbidden, texts.nodes.forbiddenText));
      }
      return section(
        { class: "nodes" },
        heading(texts.nodes.title, state.nodes && counts(state.nodes)),
        state.stream === "lost" && p({ class: "fault", role: "alert" }, icon("warning"), texts.nodes.lost),
        !state.nodes ? skeleton(3, "skeleton-cards") : picture(state.nodes),
      );
    };
  },
};

function counts(nodes) {
  const of = state => nodes.filter(node => node.state === state).length;
  return [
    texts.nodes.count(nodes.length),
    ...["in_sync", "lagging", "unknown"].filter(of).map(state => texts.nodes.counts[state](of(state))),
  ].join(" · ");
}

function picture(nodes) {
  const tiers = [...Map.groupBy(nodes, node => node.tier)];
  return div(
    { class: "picture" },
    div({ class: "picture-end" }, texts.nodes.origin),
    tiers.map(([name, members], i) => [
      div({ class: "picture-arrow", "aria-hidden": "true", key: `arrow-${name}` }),
      section(
        { class: "tier", "aria-label": texts.nodes.tier(name), key: name },
        div(
          { class: "tier-head" },
          h2(texts.nodes.tier(name)),
          span(
            { class: "muted small" },
            i < tiers.length - 1 ? texts.nodes.parents(tiers[i + 1][0]) : texts.nodes.edge,
          ),
        ),
        div({ class: "tier-nodes" }, members.map(nodeCard)),
      ),
    ]),
    div({ class: "picture-arrow", "aria-hidden": "true" }),
    div({ class: "picture-end" }, texts.nodes.readers),
  );
}

function nodeCard(node) {
  return article(
    { class: ["node", `node-${node.state}`], key: node.id, "data-node": node.id },
    div({ class: "node-head" }, h3(node.id), status(node.state)),
    p({ class: "code muted small node-address", title: node.address }, node.address),
    node.maintenance && p({ class: "tag" }, icon("pause"), texts.nodes.maintenance),
    node.needsFlush && p({ class: "tag tag-warning" }, icon("flush"), texts.nodes.needsFlush),
    p(
      { class: "node-since" },
      node.since ? [texts.nodes.stateFor[node.state], " ", lasting(node.since)] : texts.nodes.neverReported,
    ),
    node.lagRecords > 0
      ? p(
          { class: "node-lag" },
          strong(texts.nodes.missed(number(node.lagRecords))),
          span({ class: "muted" }, texts.nodes.oldest(duration(node.lagSeconds))),
        )
      : node.state === "in_sync" && p({ class: "node-lag muted" }, texts.nodes.missedNothing),
    node.why && p({ class: "node-why small" }, node.why),
    node.flushedAt && p({ class: "muted small" }, texts.nodes.flushed, " ", ago(node.flushedAt)),
    div(
      { class: "node-actions" },
      node.maintenance ? actionButton(texts.nodes.release, node, release) : actionButton(texts.nodes.hold, node, hold),
      actionButton(texts.nodes.rewind, node, rewind),
      actionButton(texts.nodes.flush, node, flush),
    ),
  );
}

function actionButton(name, node, act) {
  return button(
    { class: "button button-small", type: "button", "aria-label": `${name}: ${node.id}`, onClick: () => act(node) },
    name,
  );
}

function path(node, action) {
  return `/v1/nodes/${encodeURIComponent(node.id)}/${action}`;
}

async function request(answer, text) {
  await answer;
  notify(text);
}

function hold(node) {
  const reason = ref("");
  ask({
    title: texts.nodes.holdTitle(node.id),
    text: texts.nodes.holdText,
    confirm: texts.nodes.hold,
    fields: () =>
      entry(texts.nodes.reason, reason.value, value => (reason.value = value), {
        required: true,
        maxlength: 200,
        autofocus: true,
        id: "reason",
      }),
    act: () =>
      request(
        send("PUT", path(node, "maintenance"), { body: { reason: reason.value.trim() } }),
        texts.nodes.held(node.id),
      ),
  });
}

function release(node) {
  ask({
    title: texts.nodes.releaseTitle(node.id),
    text: texts.nodes.releaseText,
    confirm: texts.nodes.release,
    act: () => request(send("DELETE", path(node, "maintenance")), texts.nodes.released(node.id)),
  });
}

function rewind(node) {
  const by = ref("PT1H");
  ask({
    title: texts.nodes.rewindTitle(node.id),
    text: texts.nodes.rewindText,
    confirm: texts.nodes.rewind,
    fields: () =>
      choice(texts.nodes.rewindBy, by.value, Object.entries(texts.nodes.rewindChoices), value => (by.value = value)),
    act: () => request(post(path(node, "rewind"), { by: by.value }), texts.nodes.rewound(node.id)),
  });
}

function flush(node) {
  ask({
    title: texts.nodes.flushTitle(node.id),
    text: texts.nodes.flushText,
    confirm: texts.nodes.flush,
    danger: true,
    act: () => request(post(path(node, "flush")), texts.nodes.flushRequested(node.id)),
  });
}
