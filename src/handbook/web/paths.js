// A role's path: what this reader has ticked off. Kept in this browser only.

const KEY = "handbook.path.";

function readDone(storage, role) {
  try {
    const kept = JSON.parse(storage.getItem(KEY + role) ?? "[]");
    return new Set(Array.isArray(kept) ? kept : []);
  } catch {
    return new Set(); // storage is off, or holds something else
  }
}

function keepDone(storage, role, done) {
  try {
    storage.setItem(KEY + role, JSON.stringify([...done]));
  } catch {
    // storage is off or full: the ticks hold until the page is closed
  }
}

/** How far a reader is: the steps of a path that are done, of how many. */
export function progress(steps, done) {
  const ticked = steps.filter((step) => done.has(step)).length;
  return { ticked, all: steps.length, text: `已完成 ${ticked}／${steps.length} 项` };
}

function storageOf(view) {
  try {
    return view.localStorage;
  } catch {
    return null; // some browsers refuse even to name it
  }
}

/** Put a box to tick before each step of the paths of a page. */
export function start(document) {
  const storage = storageOf(document.defaultView);
  for (const path of document.querySelectorAll(".hb-path[data-role]:not([data-ready])")) {
    path.dataset.ready = "";
    const role = path.dataset.role;
    const done = readDone(storage, role);
    const links = [...path.querySelectorAll("a[data-step]")];
    if (!links.length) continue;
    const steps = links.map((link) => link.dataset.step);
    const bar = document.createElement("progress");
    const words = document.createElement("span");
    const line = document.createElement("p");
    line.className = "hb-path__progress";
    line.setAttribute("role", "status");
    line.append(bar, words);
    path.querySelector(".hb-stage")?.before(line);
    const show = () => {
      const now = progress(steps, done);
      bar.max = now.all;
      bar.value = now.ticked;
      words.textContent = `${now.text}（只记在这台电脑上，不是考核记录）`;
    };
    for (const link of links) {
      const box = document.createElement("input");
      box.type = "checkbox";
      box.className = "hb-step";
      box.checked = done.has(link.dataset.step);
      box.setAttribute("aria-label", `完成：${link.textContent}`);
      box.addEventListener("change", () => {
        if (box.checked) done.add(link.dataset.step);
        else done.delete(link.dataset.step);
        keepDone(storage, role, done);
        show();
      });
      link.before(box);
    }
    show();
  }
}
