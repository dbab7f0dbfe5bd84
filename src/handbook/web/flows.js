// Diagrams of guided flows: a wide one is shown from its first step, not from its edge.

/** Bring the first step of each diagram into the middle of its box. */
export function start(document) {
  for (const view of document.querySelectorAll(".hb-map__view")) {
    const first = view.querySelector(".hb-map__box--start");
    if (!first) continue;
    const box = first.getBoundingClientRect();
    const room = view.getBoundingClientRect();
    view.scrollLeft += box.left + box.width / 2 - (room.left + room.width / 2);
  }
}
