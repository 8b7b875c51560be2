/// The script of the page: requests labels and the words that led to them, one request at a time.
enum PageScript {
  static let text = #"""
    "use strict";
    (() => {
      const element = (id) => document.getElementById(id);
      const input = element("text"), state = element("state"), tasks = element("tasks");
      let model = null, busy = false, again = false;
      const chosen = new Map();
      const number = new Intl.NumberFormat("en", {minimumFractionDigits: 1, maximumFractionDigits: 1});

      async function ask(path, body) {
        const options = body === undefined ? {} : {
          method: "POST", headers: {"Content-Type": "application/json"}, body: JSON.stringify(body)
        };
        const answer = await fetch(path, options);
        const value = await answer.json();
        if (answer.ok) return value;
        const failure = new Error(value.error.message);
        failure.again = answer.status === 429;
        throw failure;
      }

      function make(name, kind, text) {
        const made = document.createElement(name);
        if (kind) made.className = kind;
        if (text !== undefined) made.textContent = text;
        return made;
      }

      // A label may run from right to left, and may break after punctuation.
      function named(label) {
        const shown = document.createElement("bdi");
        for (const part of label.split(/(?<=[_/.:|-])/)) {
          if (shown.hasChildNodes()) shown.append(document.createElement("wbr"));
          shown.append(part);
        }
        return shown;
      }

      // The colour's strength is the word's, relative to the strongest one.
      function level(score, largest) {
        const share = Math.abs(score) / largest;
        if (!(largest > 0) || share < 0.05 || Math.abs(score) < 0.005) return "";
        return (score < 0 ? "n" : "p") + Math.min(5, Math.floor(5 * share) + 1);
      }

      function words(text, map) {
        const bytes = new TextEncoder().encode(text), decoder = new TextDecoder();
        const part = (from, to) => decoder.decode(bytes.subarray(from, to));
        const line = make("p", "words");
        const largest = Math.max(0, ...map.words.map((word) => Math.abs(word.score)));
        let place = 0;
        for (const word of map.words) {
          line.append(part(place, word.bytes[0]));
          const shown = make("span", level(word.score, largest), part(word.bytes[0], word.bytes[1]));
          shown.title = (word.score < 0 ? "\u2212" : "+") + Math.abs(word.score).toFixed(2);
          line.append(shown);
          place = word.bytes[1];
        }
        line.append(part(place, bytes.length));
        return line;
      }

      function bars(task, answer, map) {
        // On narrow screens, long labels are above their bars.
        const isLong = answer.top.some((one) => one.label.length > 14);
        const list = make("div", isLong ? "bars long" : "bars");
        const given = new Set(task.answer === "any" ? answer.labels : [answer.label]);
        for (const one of answer.top) {
          const label = make("button", given.has(one.label) ? "given" : "");
          label.append(named(one.label));
          label.type = "button";
          label.title = "Show the words for this label";
          label.setAttribute("aria-pressed", String(map !== undefined && one.label === map.label));
          label.addEventListener("click", () => {
            if (chosen.get(task.name) === one.label) chosen.delete(task.name);
            else chosen.set(task.name, one.label);
            update();
          });
          const track = make("div", "track"), fill = make("div", "fill");
          fill.style.width = 100 * one.probability + "%";
          track.append(fill);
          list.append(label, track, make("span", "number", number.format(100 * one.probability) + " %"));
        }
        return list;
      }

      function show(text, answer, maps) {
        const sections = model.tasks.map((task, index) => {
          const own = answer.tasks ? answer.tasks[task.name] : answer, map = maps[index];
          const section = make("section");
          if (task.name) section.append(make("h2", "", task.name));
          section.append(bars(task, own, map), map ? words(text, map) : make("p", "words", text));
          const note = make("p", map ? "quiet" : "quiet waiting");
          if (!map) note.append("The words are being weighed …");
          else note.append("Blue speaks for “", named(map.label), "”, orange against it."
            + (map.reliability === "unreliable" ? " This map is not reliable." : ""));
          section.append(note);
          return section;
        });
        tasks.replaceChildren(...sections);
        tasks.className = "";
        state.textContent = {"empty": "The text has no words.",
          "all-unknown": "The model knows none of these words."}[answer.evidence] || "";
      }

      async function run() {
        const text = input.value.toWellFormed ? input.value.toWellFormed() : input.value;
        let isShown = false;
        state.className = "quiet";
        if (!text.trim()) {
          tasks.replaceChildren();
          state.textContent = "";
          return;
        }
        try {
          if (!model) await load();
          const answer = (await ask("v1/classify", {texts: [text], top: 10})).answers[0], maps = [];
          isShown = true;
          show(text, answer, maps);
          // One after the other, and none that is no longer needed.
          for (const task of model.tasks) {
            if (again) return;
            const body = {text, task: task.name, label: chosen.get(task.name) || null};
            maps.push((await ask("v1/explain", body)).explanations[0]);
            show(text, answer, maps);
          }
        } catch (failure) {
          // The words shown belong to another text, unless its labels have arrived.
          if (!isShown) tasks.className = "old";
          else for (const note of tasks.querySelectorAll(".waiting")) note.remove();
          state.className = "failed";
          state.textContent = failure instanceof TypeError ? "The server does not answer." : failure.message;
          // The model may have changed.
          model = null;
          if (failure.again) setTimeout(update, 1000);
        }
      }

      function update() {
        if (busy) { again = true; return; }
        busy = true;
        run().finally(() => {
          busy = false;
          if (again) { again = false; update(); }
        });
      }

      async function load() {
        model = await ask("v1/model");
        element("name").textContent = model.name;
        document.title = model.name + " – Discern";
        element("about").replaceChildren(...model.tasks.flatMap(labelsOf), "They appear as you type.");
      }

      // As many labels as fit in two lines.
      function labelsOf(task) {
        const all = task.labels, line = [(task.name ? task.name + ": " : "") + all.length + " labels"];
        let shown = 0;
        for (let room = 120; shown < all.length && room >= all[shown].length; shown += 1) {
          line.push(shown === 0 ? ", " : shown === all.length - 1 ? " and " : ", ", named(all[shown]));
          room -= all[shown].length + 2;
        }
        if (shown > 0 && shown < all.length) line.splice(1, 1, ", such as ");
        return [...line, ". "];
      }

      input.addEventListener("input", update);
      load().then(update, () => update());
    })();
    """#
}
