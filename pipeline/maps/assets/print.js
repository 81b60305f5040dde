// Paper has its own size: the map takes it before the page is laid out for printing, and keeps what was in view.
let before = null;
window.addEventListener("beforeprint", function () {
  before = { bounds: map.getBounds(), open: legend.open };
  document.body.classList.add("printing");
  legend.open = true;
  map.invalidateSize({ animate: false, pan: false });
  const wholeSeen = before.bounds.contains(page.bounds);
  map.fitBounds(wholeSeen ? page.bounds : before.bounds, { padding: wholeSeen ? [14, 14] : [0, 0], animate: false });
});
window.addEventListener("afterprint", function () {
  document.body.classList.remove("printing");
  legend.open = before.open;
  map.invalidateSize({ animate: false, pan: false });
  map.fitBounds(before.bounds, { animate: false });
});
