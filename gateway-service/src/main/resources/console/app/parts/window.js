import { computed, onBeforeUnmount, onMounted, ref } from "../vue.js";

const SPARE = 10;
const narrow = window.matchMedia("(max-width: 720px)");

/**
 * Visible rows of a long list with rows of equal height, so that a list of any length costs the same.
 *
 * @param root a ref to the list's element
 * @param count a function
 * @param heights of a row in pixels, as in the style sheet: {wide, narrow}
 */
export function useWindow(root, count, heights) {
  const scroll = ref(window.scrollY);
  const view = ref(window.innerHeight);
  const top = ref(0);
  const rowHeight = ref(narrow.matches ? heights.narrow : heights.wide);
  let frame = 0;

  function measure() {
    frame = 0;
    scroll.value = window.scrollY;
    view.value = window.innerHeight;
    rowHeight.value = narrow.matches ? heights.narrow : heights.wide;
    if (root.value) top.value = root.value.getBoundingClientRect().top + window.scrollY;
  }

  function soon() {
    frame ||= requestAnimationFrame(measure);
  }

  onMounted(() => {
    measure();
    window.addEventListener("scroll", soon, { passive: true });
    window.addEventListener("resize", soon);
  });
  onBeforeUnmount(() => {
    cancelAnimationFrame(frame);
    window.removeEventListener("scroll", soon);
    window.removeEventListener("resize", soon);
  });

  const first = computed(() => Math.max(0, Math.floor((scroll.value - top.value) / rowHeight.value) - SPARE));
  const last = computed(() =>
    Math.min(count(), Math.ceil((scroll.value + view.value - top.value) / rowHeight.value) + SPARE),
  );
  return { first, last, rowHeight, measure: soon, height: computed(() => count() * rowHeight.value) };
}
