import { computed, h, onBeforeUnmount, onMounted, ref } from "../vue.js";
import { tags } from "../tags.js";
import { texts } from "../texts.js";

const { div, span } = tags;

/** As in style/parts.css. */
const LINE = 24;
const PADDING = 12;
const SPARE = 8;

/** Text area with line numbers and marks at invalid lines. Only visible lines are rendered. */
export const LineEditor = {
  props: ["value", "lineCount", "notes", "label", "describedBy", "placeholder"],
  emits: ["input", "files"],
  setup(props, { emit, expose }) {
    const area = ref(null);
    const top = ref(0);
    const height = ref(0);
    const dropping = ref(false);
    const observer = new ResizeObserver(([entry]) => (height.value = entry.contentRect.height));

    onMounted(() => observer.observe(area.value));
    onBeforeUnmount(() => observer.disconnect());

    const visible = computed(() => {
      const first = Math.max(0, Math.floor((top.value - PADDING) / LINE) - SPARE);
      const last = Math.min(props.lineCount - 1, Math.ceil((top.value + height.value) / LINE) + SPARE);
      return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i);
    });

    /** Puts the cursor on a line and shows it. */
    function showLine(line) {
      const lines = props.value.split("\n");
      const start = lines.slice(0, line).reduce((sum, text) => sum + text.length + 1, 0);
      area.value.focus();
      area.value.setSelectionRange(start, start + lines[line].length);
      area.value.scrollTop = Math.max(0, line * LINE - height.value / 2);
    }

    expose({ showLine });

    function drop(event) {
      dropping.value = false;
      if (event.dataTransfer.files.length) {
        event.preventDefault();
        emit("files", event.dataTransfer.files);
      }
    }

    function hint(note) {
      return note && (note.kind === "wrong" ? note.reason : texts.refresh.sameAs(note.as + 1));
    }

    return () =>
      div(
        {
          class: ["editor", dropping.value && "editor-dropping"],
          onDragover: event => {
            event.preventDefault();
            dropping.value = true;
          },
          onDragleave: () => (dropping.value = false),
          onDrop: drop,
        },
        div(
          { class: "editor-gutter", "aria-hidden": "true" },
          visible.value.map(line =>
            span(
              {
                key: line,
                class: ["editor-number", `editor-${props.notes.get(line)?.kind ?? "plain"}`],
                title: hint(props.notes.get(line)),
                style: { transform: `translateY(${PADDING + line * LINE - top.value}px)` },
              },
              line + 1,
            ),
          ),
        ),
        div(
          { class: "editor-marks", "aria-hidden": "true" },
          visible.value
            .filter(line => props.notes.has(line))
            .map(line =>
              span({
                key: line,
                class: ["editor-mark", `editor-${props.notes.get(line).kind}`],
                style: { transform: `translateY(${PADDING + line * LINE - top.value}px)` },
              }),
            ),
        ),
        h("textarea", {
          ref: area,
          class: "editor-text",
          id: "entries",
          wrap: "off",
          spellcheck: "false",
          autocapitalize: "off",
          autocomplete: "off",
          "aria-label": props.label,
          "aria-describedby": props.describedBy,
          placeholder: props.placeholder,
          value: props.value,
          onInput: event => emit("input", event.target.value),
          onScroll: event => (top.value = event.target.scrollTop),
        }),
      );
  },
};
