// Paper has its own size: the sheet is laid out before the page is printed, with the whole area where that was in view, else what was.
let before = null;
const PX_M = 0.0254 / 96; // a CSS pixel on paper at full size
const legendBody = legend.querySelector(".legend-body");

// Denominator of the scale in the middle of the map, to three figures: the projection's own scale changes a little from north to south.
function scaleOnPaper() {
  const size = map.getSize(), at = (x) => { const p = map.containerPointToLatLng([x, size.y / 2]); return [p.lat, p.lng]; };
  const denominator = Geodesy.distance(at(size.x / 2 - 50), at(size.x / 2 + 50)) / (100 * PX_M);
  return fill(words.scale_on_paper, { n: grouped(Number(denominator.toPrecision(3)), 0) });
}

window.addEventListener("beforeprint", function () {
  before = { bounds: map.getBounds(), open: legend.open, snap: map.options.zoomSnap };
  document.body.classList.add("printing");
  legend.open = true;
  byId("print-scale").before(scale.getContainer());
  byId("stage").append(byId("north"));
  // A legend that is longer than the sheet is set smaller, never cut.
  legendBody.style.zoom = Math.min(1, holder.clientHeight / legendBody.scrollHeight);
  byId("print-day").textContent = fill(words.printed_on, { day: new Date().toLocaleDateString("sv-SE") });
  map.options.zoomSnap = 0;
  map.invalidateSize({ animate: false, pan: false });
  const wholeSeen = before.bounds.pad(0.03).contains(page.bounds); // the limits of the map may have moved its very edge out of view
  map.fitBounds(wholeSeen ? page.bounds : before.bounds, wholeSeen ? { paddingTopLeft: [16, onTop > 16 ? 46 : 16], paddingBottomRight: [16, 16], animate: false } : { animate: false });
  byId("print-scale").textContent = scaleOnPaper();
  clip();
});
window.addEventListener("afterprint", function () {
  document.body.classList.remove("printing");
  legend.open = before.open;
  legendBody.style.zoom = "";
  map._controlCorners.bottomleft.prepend(scale.getContainer());
  scale.getContainer().prepend(byId("north"));
  map.options.zoomSnap = before.snap;
  map.invalidateSize({ animate: false, pan: false });
  map.fitBounds(before.bounds, { animate: false });
  clip();
});
