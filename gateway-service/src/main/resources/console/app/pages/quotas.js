import { onMounted, shallowReactive } from "../vue.js";
import { distance, moment, number, percent } from "../format.js";
import { get } from "../http.js";
import { empty, failure, skeleton } from "../parts/empty.js";
import { heading } from "../parts/heading.js";
import { meter } from "../parts/progress.js";
import { tags } from "../tags.js";
import { texts } from "../texts.js";

const { article, div, h2, p, section, span, strong, time } = tags;

/** The account's remaining quotas of today. */
export const QuotasPage = {
  setup() {
    const state = shallowReactive({ quotas: null, problem: null });

    async function load() {
      state.problem = null;
      try {
        state.quotas = (await get("/v1/quotas")).quotas;
      } catch (problem) {
        state.problem = problem;
      }
    }

    onMounted(load);

    return () =>
      section(
        heading(texts.quotas.title, texts.quotas.subtitle),
        state.problem
          ? failure(state.problem, load)
          : !state.quotas
            ? skeleton(3, "skeleton-cards")
            : state.quotas.length === 0
              ? empty("quotas", texts.quotas.none)
              : div({ class: "cards" }, state.quotas.map(quota)),
      );
  },
};

function quota({ quota, used, limit, remaining, resetsAt }) {
  const name = texts.quota[quota];
  return article(
    { class: "card quota", key: quota },
    h2(name),
    p({ class: "quota-left" }, strong(number(remaining)), span({ class: "muted" }, texts.quotas.left(number(limit)))),
    meter(used, 0, limit, texts.quotas.meter(name)),
    div(
      { class: "quota-foot muted small" },
      span(texts.quotas.used(number(used), limit > 0 ? percent(Math.floor((100 * used) / limit)) : "–")),
      time({ datetime: resetsAt, title: moment(resetsAt) }, texts.quotas.resets(distance(resetsAt))),
    ),
    used > limit && p({ class: "hint small" }, texts.quotas.over),
  );
}
