import { empty } from "../parts/empty.js";
import { heading } from "../parts/heading.js";
import { link, place } from "../router.js";
import { tags } from "../tags.js";
import { texts } from "../texts.js";

/** Shown for a path that is no page of the console. */
export const NotFoundPage = {
  render: () =>
    tags.section([
      heading(texts.notFound.title, ""),
      empty(
        "question",
        texts.notFound.title,
        texts.notFound.text(place.path),
        link("/refresh", { class: "button" }, texts.notFound.start),
      ),
    ]),
};
