// The curtain: another subject on the right of a line that mouse, finger or arrow keys move.
const swipeToggle = byId("swipe-toggle"), rightPart = byId("right-part"), rightTheme = byId("right-theme");
const slider = make("input", { type: "range", id: "swipe", min: 0, max: 100, step: 0.5, value: 50, hidden: true });
const bar = make("div", { id: "swipe-bar", hidden: true, "aria-hidden": "true" });
const tags = ["left", "right"].map((side) => make("p", { class: "swipe-name swipe-" + side, hidden: true, "aria-hidden": "true" }));
byId("stage").append(bar, slider, ...tags);
let isSwiping = false;

function clip() {
  const left = map.getPane("theme"), right = map.getPane("right");
  if (!isSwiping) {
    left.style.clip = right.style.clip = "";
    return;
  }
  const size = map.getSize(), nw = map.containerPointToLayerPoint([0, 0]), se = map.containerPointToLayerPoint(size);
  const share = Number(slider.value) / 100, x = nw.x + size.x * share;
  left.style.clip = "rect(" + [nw.y, x, se.y, nw.x].map((v) => Math.round(v) + "px").join(",") + ")";
  right.style.clip = "rect(" + [nw.y, se.x, se.y, x].map((v) => Math.round(v) + "px").join(",") + ")";
  byId("stage").style.setProperty("--share", share);
  slider.setAttribute("aria-label", fill(words.swipe_at, { pct: Math.round(share * 100) }));
  slider.setAttribute("aria-valuetext", fill(words.swipe_at, { pct: Math.round(share * 100) }));
}

function setSwipe(on) {
  isSwiping = on;
  for (const part of [slider, bar, ...tags]) part.hidden = !on;
  rightPart.hidden = !on;
  swipeToggle.setAttribute("aria-pressed", String(on));
  show("right", on ? rightTheme.value : null);
  clip();
}

if (swipeToggle) {
  const other = [...rightTheme.options].find((o) => o.value !== chooser.value);
  if (other) rightTheme.value = other.value;
  swipeToggle.addEventListener("click", function () { setSwipe(!isSwiping); });
  rightTheme.addEventListener("change", function () { show("right", rightTheme.value); });
  slider.addEventListener("input", clip);
  map.on("move zoom zoomend moveend resize viewreset", clip);
  document.addEventListener("themechange", function () {
    ["theme", "right"].forEach(function (side, k) {
      tags[k].textContent = words[k ? "right" : "left"] + gap + (shown[side] ? shown[side].theme.title : words.theme_none);
    });
    clip();
  });
}
