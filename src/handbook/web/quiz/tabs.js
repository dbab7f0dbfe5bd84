/** Lets one tab at a time work on a sitting. */

const ANSWER_WITHIN = 800;

/**
 * Watch over a sitting that several tabs may have open. A tab that wants it asks; the
 * one that has it answers through storage events, which reach background tabs as well,
 * unlike timers. One that is gone or frozen does not answer and loses it.
 */
export function watchTabs({ store, name, id, window, onLost }) {
  const owner = `${name}:tab`;
  const question = `${name}:ask`;
  let mine = false;
  let answered = () => {};
  let count = 0;

  const write = () => {
    count += 1;
    store.set(owner, { id, count });
  };

  window.addEventListener("storage", (event) => {
    if (event.key === store.prefix + question && event.newValue && mine) {
      write();
    } else if (event.key === store.prefix + owner && event.newValue) {
      answered();
      if (mine && store.get(owner)?.id !== id) {
        mine = false;
        onLost();
      }
    }
  });
  window.addEventListener("pagehide", () => {
    if (mine && store.get(owner)?.id === id) {
      store.remove(owner);
    }
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted && mine) {
      const other = store.get(owner);
      if (other && other.id !== id) {
        mine = false;
        onLost();
      } else {
        write();
      }
    }
  });

  return {
    /** Try to get the sitting; by force even from a tab that is at work on it. */
    async claim(force = false) {
      const other = store.get(owner);
      if (other && other.id !== id && !force && store.lasting) {
        const alive = await new Promise((resolve) => {
          answered = () => resolve(true);
          store.set(question, { id, at: Date.now() });
          setTimeout(() => resolve(false), ANSWER_WITHIN);
        });
        answered = () => {};
        store.remove(question);
        if (alive) {
          return false;
        }
      }
      mine = true;
      write();
      return true;
    },
    /** Say whether the sitting is still this tab's; to be asked before each save. */
    holds() {
      return mine && (!store.lasting || store.get(owner)?.id === id);
    },
    /** Give the sitting back. */
    release() {
      if (mine) {
        store.remove(owner);
      }
      mine = false;
    },
  };
}
