import { send } from "./http.js";
import { notify } from "./parts/notices.js";
import { texts } from "./texts.js";

/** Reads a file from the gateway and saves it under this name. A failure is shown. */
export async function download(path, name) {
  try {
    const answer = await send("GET", path);
    save(await answer.blob(), name);
  } catch (problem) {
    notify(problem.message ?? texts.records.exportFailed, "failed");
  }
}

function save(blob, name) {
  const address = URL.createObjectURL(blob);
  const anchor = Object.assign(document.createElement("a"), { href: address, download: name });
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
