import { onMounted, shallowRef } from "../vue.js";
import { chosenTiers, draft, moreOptions, namedNodes, optionFaults } from "../draft.js";
import { get } from "../http.js";
import { icon } from "../icons.js";
import { session } from "../session.js";
import { tags } from "../tags.js";
import { texts } from "../texts.js";
import { checkedEntry, faults, toggle } from "./field.js";

const { datalist, details, div, fieldset, legend, option, span, summary } = tags;

const POINTERS = ["/redirects", "/limits", "/tiers", "/region", "/nodes"];

/** Options of a push that few requests need, folded away. They unfold when the gateway refuses one of them. */
export const PushOptions = {
  setup() {
    const known = shallowRef([]);
    onMounted(async () => {
      if (session.account.operator) known.value = await nodeIds();
    });
    return () =>
      details(
        {
          class: "more",
          open: draft.showsMore || POINTERS.some(pointer => optionFaults(pointer).length > 0),
          onToggle: event => (draft.showsMore = event.target.open),
        },
        summary({ class: "more-summary", id: "more-options" }, icon("chevron"), texts.refresh.more, badge()),
        div({ class: "more-fields" }, redirects(), limits(), tiers(), region(), nodes(known.value)),
      );
  },
};

/** Ids of all nodes; none if they cannot be loaded, since they are suggestions only. */
async function nodeIds() {
  try {
    return (await get("/v1/nodes")).nodes.map(node => node.id);
  } catch {
    return [];
  }
}

/** Number of options that are set: they apply while they are folded away, too. */
function badge() {
  const set = Object.keys(moreOptions()).length;
  return set > 0 && span({ class: "badge" }, set);
}

function redirects() {
  return div(
    { class: "more-row" },
    toggle(
      draft.redirects,
      value => (draft.redirects = value),
      texts.refresh.redirects,
      texts.refresh.redirectsHint,
    ),
    faults(optionFaults("/redirects")),
  );
}

function limits() {
  return fieldset(
    { class: "more-row" },
    legend({ class: "field-name" }, texts.refresh.limits),
    div(
      { class: "more-limits" },
      Object.entries(texts.refresh.limitNames).map(([name, text]) =>
        checkedEntry(
          `limit-${name}`,
          text,
          draft.limits[name],
          optionFaults(`/limits/${name}`),
          value => (draft.limits[name] = value),
          { key: name, inputmode: "numeric", autocomplete: "off" },
        ),
      ),
    ),
  );
}

function tiers() {
  const names = session.account.tiers;
  return (
    names.length > 1 &&
    fieldset(
      { class: "more-row" },
      legend({ class: "field-name" }, texts.refresh.tiers),
      div(
        { class: "options" },
        names.map(name => toggle(draft.tiers.includes(name), chosen => choose(name, chosen), name)),
      ),
      faults(optionFaults("/tiers", chosenTiers.value)),
    )
  );
}

function choose(name, chosen) {
  draft.tiers = chosen ? [...draft.tiers, name] : draft.tiers.filter(tier => tier !== name);
}

function region() {
  return checkedEntry(
    "push-region",
    texts.refresh.region,
    draft.region,
    optionFaults("/region"),
    value => (draft.region = value),
    { autocomplete: "off", spellcheck: "false" },
  );
}

function nodes(known) {
  return [
    checkedEntry(
      "push-nodes",
      texts.refresh.nodes,
      draft.nodes,
      optionFaults("/nodes", namedNodes.value),
      value => (draft.nodes = value),
      { list: "node-ids", autocomplete: "off", spellcheck: "false" },
    ),
    datalist(
      { id: "node-ids" },
      suggestions(known).map(value => option({ key: value, value })),
    ),
  ];
}

/** A browser replaces the whole text by a suggestion, so each of them repeats the nodes that are named already. */
function suggestions(known) {
  const before = draft.nodes.match(/^.*[\s,]/)?.[0] ?? "";
  return known.filter(id => !before.split(/[\s,]+/).includes(id)).map(id => before + id);
}
