// The panel, and the first view.
const toggle = byId("panel-toggle");
function setPanel(open) {
  document.body.dataset.panel = open ? "open" : "closed";
  toggle.setAttribute("aria-expanded", String(open));
  map.invalidateSize({ animate: false });
}
toggle.addEventListener("click", function () { setPanel(document.body.dataset.panel === "closed"); });

holder.setAttribute("role", "application");
holder.setAttribute("aria-label", page.label);
map.setMaxBounds(page.limits);
if (isNarrow()) legend.open = false;
setPanel(!isNarrow());
showAll(false);
show("theme", chosen());
drawSites();
document.body.dataset.ready = "yes";
