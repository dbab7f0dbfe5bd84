// What keys and buttons do in the finder.

import { CHANNELS } from "./frame.js";

/** Rows that a page of the list has. */
const STEP = 6;

/** What each command of a key does; false: the key shall do what it does anyway. */
export function commandsOf(face) {
  const { stage, results } = face;
  const phrase = () => (results.entry?.kind === "phrase" ? results.entry : null);
  return {
    use: (digit) => (digit ? face.useAt(digit - 1) : face.use()),
    "use-marked": () => (stage.refused ? stage.copyMarked() : face.use({ marked: true })),
    down: () => face.move(1),
    up: () => face.move(-1),
    "page-down": () => face.move(STEP),
    "page-up": () => face.move(-STEP),
    back: () => face.back(),
    "to-card": () => face.focusCard(),
    "to-box": (_, target) => target === face.firstInCard() && stage.focusBox(),
    choose: (digit, select) => face.chooseOption(select, digit),
    channel: () => face.choose(["", ...CHANNELS][(CHANNELS.indexOf(results.channel) + 2) % (CHANNELS.length + 1)]),
    "next-step": () => face.goOn(),
    add: () => phrase() && stage.addToBasket(phrase(), phrase().text),
    pin: () => phrase() && stage.pin(phrase()),
    remember: () => stage.remember(),
    basket: () => stage.togglePanel("basket"),
    keep: () => stage.keep(),
    clear: () => stage.clear(),
    "take-back": () => stage.takeBack(),
    undo: () => stage.undo(),
    "pop-out": () => face.popOut(),
  };
}

/** What the buttons of the frame do; they are made before the stage is. */
export function buttonsOf(face) {
  return {
    typed: () => {
      face.say("");
      face.refresh();
    },
    choose: (channel) => face.choose(channel),
    close: () => face.close(),
    marked: () => face.stage.copyMarked(),
    undo: () => face.stage.undo(),
    clear: () => face.stage.clear(),
    takeBack: () => face.stage.takeBack(),
    basket: () => face.stage.showPanel("basket"),
    misses: () => face.stage.showPanel("misses"),
    popOut: () => face.popOut(),
  };
}
