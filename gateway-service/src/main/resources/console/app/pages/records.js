import { computed, h, nextTick, onBeforeUnmount, onMounted, ref, shallowRef, watch } from "../vue.js";
import { download } from "../download.js";
import { queryString } from "../http.js";
import { icon } from "../icons.js";
import { Listing } from "../listing.js";
import { choice, entry } from "../parts/field.js";
import { empty, failure, skeleton } from "../parts/empty.js";
import { heading } from "../parts/heading.js";
import { notify } from "../parts/notices.js";
import { taskRow } from "../parts/task-row.js";
import { ago } from "../parts/time.js";
import { useWindow } from "../parts/window.js";
import { isOver, repeat } from "../repeat.js";
import { go, goQuery, place, rememberedScroll } from "../router.js";
import { session } from "../session.js";
import { tags } from "../tags.js";
import { texts } from "../texts.js";

const { button, details, div, form, section, span, summary } = tags;

/** As in style/pages.css. */
const ROW = { wide: 64, narrow: 116 };
/** Rows before the end at which the next page is loaded. */
const AHEAD = 40;
const HOUR = 3_600_000;
const SINCE = { "1h": HOUR, "24h": 24 * HOUR, "7d": 7 * 24 * HOUR, "30d": 30 * 24 * HOUR };
const FILTERS = ["kind", "type", "status", "domain", "object", "since", "from", "to"];

/** The latest listing survives page changes, so that the back button returns to the same place. */
let kept = { address: null, account: null, listing: null };

function listingOf(filter) {
  const address = JSON.stringify(filter);
  if (kept.address === address && kept.account === session.account.id && place.returning) return kept.listing;
  kept.listing?.end();
  kept = { address, account: session.account.id, listing: new Listing(() => asQuery(filter)) };
  kept.listing.more();
  return kept.listing;
}

/** The filter as query parameters; "since" is relative to now. */
function asQuery({ since, ...filter }) {
  return SINCE[since] ? { ...filter, from: new Date(Date.now() - SINCE[since]).toISOString() } : filter;
}

function filterOf(query) {
  return Object.fromEntries(FILTERS.filter(name => query[name]).map(name => [name, query[name]]));
}

/** All tasks of the account, updated live. */
export const RecordsPage = {
  setup() {
    const root = ref(null);
    const filter = ref(filterOf(place.query));
    const listing = shallowRef(null);
    const exporting = ref(false);
    const rows = useWindow(root, () => listing.value.ids.value.length, ROW);

    function show() {
      filter.value = filterOf(place.query);
      listing.value = listingOf(filter.value);
      if (place.returning)
        nextTick(() => {
          window.scrollTo(0, rememberedScroll());
          rows.measure();
        });
    }

    show();
    watch(
      () => place.visit,
      () => place.path === "/tasks" && show(),
    );
    watch(
      () => [rows.last.value, listing.value.ids.value.length, listing.value.state.loading],
      ([last, count]) => {
        if (last >= count - AHEAD && !listing.value.state.problem) listing.value.more();
      },
    );
    const onScroll = () => {
      listing.value.atTop = window.scrollY < ROW.wide;
      if (listing.value.atTop && listing.value.state.waiting.length) listing.value.showWaiting();
    };
    onMounted(() => window.addEventListener("scroll", onScroll, { passive: true }));
    onBeforeUnmount(() => {
      window.removeEventListener("scroll", onScroll);
      listing.value.atTop = false;
    });

    const seen = computed(() => {
      const { ids, tasks } = listing.value;
      return ids.value
        .slice(rows.first.value, rows.last.value)
        .map((id, i) => ({ task: tasks.get(id), index: rows.first.value + i }));
    });

    async function exportCsv() {
      exporting.value = true;
      try {
        await download(`/v1/tasks.csv?${queryString(asQuery(filter.value))}`, "freshet-tasks.csv");
      } finally {
        exporting.value = false;
      }
    }

    function change(name, value) {
      const next = { ...filter.value, [name]: value };
      if (name === "kind" && value === "push") delete next.type;
      if (name === "since" && value !== "custom") {
        delete next.from;
        delete next.to;
      }
      goQuery(next);
    }

    return () => {
      const { state, ids } = listing.value;
      return section(
        { class: "records" },
        heading(
          texts.records.title,
          texts.records.subtitle,
          button(
            { class: "button", type: "button", id: "export", onClick: exportCsv, disabled: exporting.value },
            icon("download"),
            exporting.value ? texts.records.exporting : texts.records.export,
          ),
        ),
        filters(filter.value, change),
        state.waiting.length > 0 && waiting(listing.value),
        body(state, ids.value.length),
      );
    };

    function body(state, count) {
      if (count === 0 && state.problem) return failure(state.problem, () => listing.value.more());
      if (count === 0 && !state.complete) return skeleton(8, "skeleton-rows");
      if (count === 0) return nothing(filter.value);
      return div(
        { class: "card" },
        div(
          {
            class: "rows records-rows",
            role: "table",
            "aria-label": texts.records.title,
            "aria-rowcount": state.complete ? count + 1 : -1,
          },
          head(),
          h(
            "div",
            { ref: root, class: "rows-all", role: "rowgroup", style: { height: `${rows.height.value}px` } },
            seen.value.map(({ task, index }) =>
              taskRow(
                task,
                {
                  key: task.taskId,
                  class: "row-placed",
                  "aria-rowindex": index + 2,
                  style: { transform: `translateY(${index * rows.rowHeight.value}px)` },
                },
                ago(task.createdAt),
                isOver(task) && again(task),
              ),
            ),
          ),
        ),
        foot(state),
      );
    }

    function foot(state) {
      if (state.problem) return failure(state.problem, () => listing.value.more());
      return div(
        { class: "rows-foot muted small", role: "status" },
        state.complete ? texts.records.end : texts.loading,
      );
    }
  },
};

function again(task) {
  return button(
    {
      class: "button-icon",
      type: "button",
      title: texts.task.repeat,
      "aria-label": `${texts.task.repeat}: ${task.domain} ${task.taskId}`,
      onClick: () => repeat(task),
    },
    icon("again"),
  );
}

function head() {
  return div(
    { role: "rowgroup" },
    div(
      { class: "row row-head", role: "row", "aria-rowindex": 1 },
      texts.records.columns.map((name, i) =>
        span(
          { role: "columnheader", class: i === 4 && "cell-end", key: name },
          i === 4 ? span({ class: "hidden" }, name) : name,
        ),
      ),
    ),
  );
}

function waiting(listing) {
  return div(
    { class: "waiting" },
    button(
      {
        class: "button button-primary button-small",
        type: "button",
        onClick: () => {
          listing.showWaiting();
          window.scrollTo({ top: 0, behavior: "smooth" });
        },
      },
      texts.records.waiting(listing.state.waiting.length),
    ),
  );
}

function nothing(filter) {
  return Object.keys(filter).length > 0
    ? empty(
        "filter",
        texts.records.noMatch,
        texts.records.noMatchText,
        button({ class: "button", type: "button", onClick: () => goQuery({}) }, texts.records.clear),
      )
    : empty(
        "records",
        texts.records.none,
        texts.records.noneText,
        button({ class: "button button-primary", type: "button", onClick: () => go("/refresh") }, texts.records.first),
      );
}

function filters(filter, change) {
  const any = texts.records.any;
  const active = Object.keys(filter).length;
  const words = map => [["", any], ...Object.entries(map)];
  return details(
    { class: "filters", open: active > 0 || window.innerWidth > 720 },
    summary(
      { class: "filters-summary" },
      icon("filter"),
      texts.records.filters,
      active > 0 && span({ class: "badge" }, active),
    ),
    form(
      { class: "filters-fields", onSubmit: event => event.preventDefault() },
      choice(texts.records.kind, filter.kind ?? "", words(texts.records.kinds), value => change("kind", value), {
        id: "filter-kind",
      }),
      choice(texts.records.type, filter.type ?? "", words(texts.records.types), value => change("type", value), {
        id: "filter-type",
      }),
      choice(
        texts.records.status,
        filter.status ?? "",
        words(texts.records.statuses),
        value => change("status", value),
        { id: "filter-status" },
      ),
      choice(
        texts.records.domain,
        filter.domain ?? "",
        [["", any], ...session.account.domains.map(name => [name, name])],
        value => change("domain", value),
        { id: "filter-domain" },
      ),
      entry(texts.records.object, filter.object ?? "", value => change("object", value.trim()), {
        id: "filter-object",
        placeholder: texts.records.objectPlaceholder,
        spellcheck: false,
        class: "input-wide",
      }),
      choice(texts.records.since, filter.since ?? "", words(texts.records.sinces), value => change("since", value), {
        id: "filter-since",
      }),
      filter.since === "custom" && [
        entry(texts.records.from, local(filter.from), value => change("from", instant(value)), {
          type: "datetime-local",
        }),
        entry(texts.records.to, local(filter.to), value => change("to", instant(value)), { type: "datetime-local" }),
      ],
      active > 0 &&
        button(
          { class: "button button-small filters-clear", type: "button", onClick: () => goQuery({}) },
          icon("close"),
          texts.records.clear,
        ),
    ),
  );
}

/** An instant in the format of the browser's field, in the user's time zone. */
function local(text) {
  if (!text) return "";
  const time = new Date(text);
  return new Date(time - time.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

function instant(text) {
  return text ? new Date(text).toISOString() : "";
}
