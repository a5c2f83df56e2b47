import { h, ref, shallowRef } from "../vue.js";
import { icon } from "../icons.js";
import { tags } from "../tags.js";
import { texts } from "../texts.js";

const { button, div, form, h2, p } = tags;

// One dialog at a time. The browser's dialog element manages the focus.
const asked = shallowRef(null);
const busy = ref(false);
const problem = ref(null);

/**
 * Asks for confirmation of an action.
 *
 * @param {{title: string, text: string, confirm: string, danger?: boolean, fields?: () => object, act: () => Promise}} question
 */
export function ask(question) {
  problem.value = null;
  asked.value = question;
}

function close() {
  asked.value = null;
}

async function act(event) {
  event.preventDefault();
  busy.value = true;
  try {
    await asked.value.act();
    close();
  } catch (error) {
    problem.value = error.message;
  } finally {
    busy.value = false;
  }
}

export const Dialog = {
  render() {
    const question = asked.value;
    return (
      question &&
      h(
        "dialog",
        {
          class: "dialog",
          "aria-labelledby": "dialog-title",
          key: question.title,
          onVnodeMounted: ({ el }) => el.showModal(),
          onClose: close,
          onClick: event => event.target === event.currentTarget && close(),
        },
        form(
          { class: "dialog-body", onSubmit: act },
          h2({ id: "dialog-title" }, question.title),
          p(question.text),
          question.fields?.(),
          problem.value && p({ class: "fault", role: "alert" }, icon("warning"), problem.value),
          div(
            { class: "actions actions-end" },
            button({ class: "button", type: "button", onClick: close }, texts.cancel),
            button(
              {
                class: ["button", question.danger ? "button-danger" : "button-primary"],
                type: "submit",
                disabled: busy.value,
              },
              question.confirm,
            ),
          ),
        ),
      )
    );
  },
};
