"use strict";
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const one = (selector) => document.querySelector(selector);
  const findings = all(".f"), lines = one("#lines"), seen = one("#seen"), sheet = one("#sheet");
  const search = one("#search"), family = one("#family"), kinds = all("[name=severity]");
  const accepted = one("#accepted"), looks = one("#looks");
  let chosen = null, current = 0;

  const visible = () => findings.filter((each) => !each.hidden);
  const drawn = (mark) => mark.getClientRects().length > 0;
  /** The marks of one place: in the text, and on the page's picture. */
  const marks = (finding, place) => all(`[data-m~="${finding.dataset.f}-${place}"]`, sheet);
  const shown = (finding, place) => {
    const found = marks(finding, place);
    return found.find(drawn) || found[0];
  };

  /** Lines from the first place to each of the others. */
  function join() {
    lines.replaceChildren();
    const first = chosen && shown(chosen, 0);
    if (!first || !drawn(first)) return;
    const base = sheet.getBoundingClientRect(), from = first.getBoundingClientRect();
    for (const button of all(".places button", chosen).slice(1)) {
      const other = shown(chosen, button.dataset.p);
      if (!other || !drawn(other)) continue;
      const to = other.getBoundingClientRect(), down = to.top > from.top;
      const x1 = from.left + from.width / 2 - base.left, x2 = to.left + to.width / 2 - base.left;
      const y1 = (down ? from.bottom : from.top) - base.top, y2 = (down ? to.top : to.bottom) - base.top;
      const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
      path.setAttribute("d", `M${x1},${y1}C${x1},${(y1 + y2) / 2} ${x2},${(y1 + y2) / 2} ${x2},${y2}`);
      lines.append(path);
    }
  }

  function badge(mark, number) {
    mark.classList.add("on");
    mark.dataset.n = number;
    if (mark.tagName !== "rect") return;
    const text = document.createElementNS("http://www.w3.org/2000/svg", "text");
    text.setAttribute("x", mark.getAttribute("x"));
    text.setAttribute("y", +mark.getAttribute("y") - 3);
    text.textContent = number;
    mark.parentNode.append(text);
  }

  function clear() {
    all(".on", sheet).forEach((mark) => mark.classList.remove("on"));
    all(".look text", sheet).forEach((text) => text.remove());
    if (chosen) {
      chosen.classList.remove("chosen");
      chosen.removeAttribute("aria-current");
      chosen.querySelector("h3 button").setAttribute("aria-expanded", "false");
    }
    chosen = null;
    join();
  }

  /** Bring a place of the chosen finding into view. */
  function go(place) {
    current = place;
    const button = all(".places button", chosen)[place];
    const mark = button && shown(chosen, button.dataset.p);
    if (!mark) return;
    let frames = 6;  // pages passed over have their true height only when they were drawn
    const settle = () => {
      mark.scrollIntoView({ block: "center", inline: "nearest" });
      join();
      if (--frames) requestAnimationFrame(settle);
    };
    settle();
  }

  function choose(finding, focus = true) {
    clear();
    if (!finding) return;
    chosen = finding;
    finding.classList.add("chosen");
    finding.setAttribute("aria-current", "true");
    const button = finding.querySelector("h3 button"), places = all(".places button", finding);
    button.setAttribute("aria-expanded", "true");
    places.forEach((each, number) => marks(finding, each.dataset.p).forEach((m) => badge(m, number + 1)));
    if (focus) button.focus({ preventScroll: true });
    finding.scrollIntoView({ block: "nearest" });
    one("#say").textContent = `${button.textContent}，标出${places.length}处`;
    go(0);
  }

  function step(by) {
    const list = visible(), at = list.indexOf(chosen);
    if (list.length) choose(list[at < 0 ? (by > 0 ? 0 : list.length - 1) : Math.min(Math.max(at + by, 0), list.length - 1)]);
  }

  function filter() {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const wanted = new Set(kinds.filter((each) => each.checked).map((each) => each.value));
    for (const each of findings) {
      const text = words.length ? each.textContent.toLowerCase() : "";
      each.hidden = !wanted.has(each.dataset.s) || (family.value && each.dataset.r !== family.value)
        || (each.classList.contains("accepted") && accepted && !accepted.checked) || !words.every((word) => text.includes(word));
    }
    for (const each of kinds) document.body.classList.toggle(`without-${each.value[0]}`, !each.checked);
    const count = visible().length;
    one("#count").textContent = `显示${count}/${findings.length}条`;
    one("#none").hidden = count > 0;
    if (chosen && chosen.hidden) clear();
  }

  const around = (by) => {
    const count = chosen ? all(".places button", chosen).length : 0;
    if (count) go((current + by + count) % count);
  };
  const keys = {
    j: () => step(1), k: () => step(-1), ArrowDown: () => step(1), ArrowUp: () => step(-1),
    l: () => around(1), h: () => around(-1), ArrowRight: () => around(1), ArrowLeft: () => around(-1),
    "/": () => search.focus(), Escape: clear,
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const at = event.target, field = at.matches("input, select");
    if (field && event.key === "Escape") at.blur();
    if (field || !(event.key in keys)) return;
    if (event.key.startsWith("Arrow") && seen.contains(at)) return;
    event.preventDefault();
    keys[event.key]();
  });
  one("#found").addEventListener("click", (event) => {
    const place = event.target.closest(".places button"), head = event.target.closest("h3 button");
    if (place) go(all(".places button", chosen).indexOf(place));
    else if (head) choose(head.closest(".f"));
  });
  sheet.addEventListener("click", (event) => {
    const mark = event.target.closest("[data-m]");
    if (!mark) return;
    const ids = mark.dataset.m.split(" ").map((each) => each.split("-")[0]);
    const next = ids[(chosen ? ids.indexOf(chosen.dataset.f) + 1 : 0) % ids.length];
    const finding = findings[+next];
    if (finding && !finding.hidden) choose(finding, false);
  });
  for (const each of [search, family, accepted, ...kinds]) if (each) each.addEventListener("input", filter);
  if (looks) looks.addEventListener("click", () => {
    looks.setAttribute("aria-pressed", document.body.classList.toggle("pictures"));
    if (chosen) go(current);
  });
  let waiting = false;
  const later = () => {
    if (!waiting) requestAnimationFrame(() => { waiting = false; join(); });
    waiting = true;
  };
  seen.addEventListener("scroll", later, { passive: true });
  addEventListener("resize", later);
  filter();
  const asked = findings.find((each) => each.dataset.id === location.hash.slice(1));
  if (asked) choose(asked);
})();
