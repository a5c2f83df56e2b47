import { ref } from "../vue.js";
import { icon, logo } from "../icons.js";
import { get } from "../http.js";
import { keep, session } from "../session.js";
import { tags } from "../tags.js";
import { texts } from "../texts.js";

const { a, button, div, form, h1, input, label, main, p, span } = tags;

/** Sign-in form. The address stays, so the requested page is shown afterwards. */
export const SignInPage = {
  setup() {
    const token = ref("");
    const fault = ref(session.ended);
    const busy = ref(false);

    async function signIn(event) {
      event.preventDefault();
      const value = token.value.trim();
      if (!value) return (fault.value = texts.signIn.missing);
      busy.value = true;
      fault.value = null;
      try {
        keep(value, await get("/v1/account", {}, { headers: { Authorization: `Bearer ${value}` } }));
      } catch (problem) {
        fault.value = problem.status === 401 ? texts.signIn.unknown : problem.message;
      } finally {
        busy.value = false;
      }
    }

    return () => {
      document.title = `${texts.signIn.title} · ${texts.product}`;
      return main(
        { class: "sign-in" },
        form(
          { class: "card sign-in-card", onSubmit: signIn, novalidate: true },
          div({ class: "brand brand-large" }, logo(), span({ class: "brand-name" }, texts.product)),
          h1(texts.signIn.title),
          p({ class: "muted" }, texts.signIn.text),
          label(
            { class: "field" },
            span({ class: "field-name" }, texts.signIn.token),
            input({
              id: "token",
              type: "password",
              autocomplete: "off",
              autofocus: true,
              spellcheck: false,
              value: token.value,
              "aria-invalid": fault.value ? "true" : null,
              "aria-describedby": "sign-in-fault",
              onInput: event => (token.value = event.target.value),
            }),
          ),
          p({ id: "sign-in-fault", class: "fault", role: "alert" }, fault.value && [icon("warning"), fault.value]),
          button(
            { class: "button button-primary button-wide", type: "submit", disabled: busy.value },
            texts.signIn.submit,
          ),
          p({ class: "muted small" }, texts.signIn.interface, " ", a({ href: "/docs" }, texts.signIn.documentation)),
        ),
      );
    };
  },
};
