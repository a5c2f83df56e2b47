import { createApp, h, ref } from "./vue.js";
import { get, Problem } from "./http.js";
import { failure } from "./parts/empty.js";
import { shell } from "./parts/shell.js";
import { InspectPage } from "./pages/inspect.js";
import { NodesPage } from "./pages/nodes.js";
import { NotFoundPage } from "./pages/not-found.js";
import { QuotasPage } from "./pages/quotas.js";
import { RecordsPage } from "./pages/records.js";
import { RefreshPage } from "./pages/refresh.js";
import { SignInPage } from "./pages/sign-in.js";
import { TaskPage } from "./pages/task.js";
import { place } from "./router.js";
import { keep, session } from "./session.js";

const PAGES = {
  "/": RefreshPage,
  "/refresh": RefreshPage,
  "/tasks": RecordsPage,
  "/inspect": InspectPage,
  "/nodes": NodesPage,
  "/quotas": QuotasPage,
};

const problem = ref(null);

/** Resumes the session of this tab, if there is one. */
async function resume() {
  problem.value = null;
  if (!session.token || session.account) return;
  try {
    keep(session.token, await get("/v1/account"));
  } catch (error) {
    if (error instanceof Problem && error.status === 401) session.token = null;
    else problem.value = error;
  }
}

function page() {
  const task = place.path.match(/^\/tasks\/([^/]+)$/);
  return task ? h(TaskPage, { id: task[1], key: task[1] }) : h(PAGES[place.path] ?? NotFoundPage);
}

const Console = {
  render() {
    if (problem.value) return failure(problem.value, resume);
    if (!session.token) return h(SignInPage);
    return session.account ? shell(page()) : null;
  },
};

createApp(Console).mount("#console");
resume();
