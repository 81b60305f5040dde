// Brings the page to life. Words are in the page already; what is made here is made with textContent only.
(function () {
  "use strict";
  const page = JSON.parse(document.getElementById("page-data").textContent);
  const map = window[page.map];
  const layer = (name) => window[page.layers[name]];
  const isNarrow = () => window.matchMedia("(max-width: 820px)").matches;
  const onTop = document.querySelector(".on-map-mark") ? 58 : 16; // room for the mark of made-up data
  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;

  // --- the map and its controls
  const holder = map.getContainer();
  holder.setAttribute("role", "application");
  holder.setAttribute("aria-label", page.label);
  map.setMaxBounds(page.limits);

  function showAll(animate) {
    const legend = document.getElementById("legend");
    const beside = !isNarrow() && legend.open ? legend.offsetWidth + 8 : 0;
    map.fitBounds(page.bounds, { paddingTopLeft: [28, onTop + 12], paddingBottomRight: [28 + beside, isNarrow() ? 56 : 64], animate: animate && !still });
  }

  L.control.zoom({ position: "topright", zoomInTitle: page.words.zoom_in, zoomOutTitle: page.words.zoom_out }).addTo(map);
  function control(position, make) {
    const made = L.control({ position: position });
    made.onAdd = make;
    made.addTo(map);
  }

  control("topright", function () {
    const bar = L.DomUtil.create("div", "leaflet-bar");
    const button = L.DomUtil.create("a", "whole", bar);
    button.href = "#";
    button.title = page.words.zoom_all;
    button.setAttribute("role", "button");
    button.setAttribute("aria-label", page.words.zoom_all);
    button.textContent = "⤢";
    L.DomEvent.disableClickPropagation(bar);
    L.DomEvent.on(button, "click", function (event) {
      L.DomEvent.preventDefault(event);
      showAll(true);
    });
    return bar;
  });

  control("bottomleft", function () {
    const line = L.DomUtil.create("div", "sources-line");
    line.textContent = page.sources;
    return line;
  });
  const scale = L.control.scale({ position: "bottomleft", imperial: false, maxWidth: 120 }).addTo(map);
  scale.getContainer().prepend(document.getElementById("north"));

  // --- popups: a template's content, made once and kept, so that what was unfolded stays unfolded
  function content(id) {
    return document.getElementById(id).content.firstElementChild.cloneNode(true);
  }

  function popupOptions(kind) {
    const width = Math.min(kind === "site" ? 380 : 300, holder.clientWidth - 40);
    const legend = document.getElementById("legend");
    const beside = !isNarrow() && legend.open ? legend.offsetWidth + 26 : 60;
    return {
      minWidth: Math.min(width, 240), maxWidth: width, className: "popup-" + kind,
      autoPanPaddingTopLeft: [16, onTop], autoPanPaddingBottomRight: [isNarrow() ? 8 : beside, 16],
    };
  }

  function bind(target, id, kind, anchor) {
    target.on("click", function () {
      if (!target.getPopup()) {
        const body = content(id);
        body.style.maxHeight = Math.max(200, Math.round(holder.clientHeight * 0.66)) + "px";
        body.setAttribute("tabindex", "-1");
        body.querySelectorAll("details").forEach(function (part) {
          part.addEventListener("toggle", function () {
            const at = body.scrollTop, focused = document.activeElement;
            target.getPopup().update();
            body.scrollTop = at;
            if (body.contains(focused)) focused.focus({ preventScroll: true });
          });
        });
        target.bindPopup(body, popupOptions(kind));
        target.off("click", target._openPopup, target); // one handler is enough: ours
      }
      if (target.isPopupOpen()) target.closePopup();
      else target.openPopup(anchor ? anchor() : undefined);
    });
  }

  map.on("popupopen", function (event) {
    document.body.dataset.popup = "open";
    const closer = event.popup.getElement().querySelector(".leaflet-popup-close-button");
    closer.setAttribute("aria-label", page.words.close);
    closer.setAttribute("title", page.words.close);
    event.popup.getContent().focus({ preventScroll: true });
  });
  map.on("popupclose", function (event) {
    document.body.dataset.popup = "";
    const source = event.popup._source;
    const element = source && source.getElement && source.getElement();
    if (element && event.popup.getContent().contains(document.activeElement)) element.focus({ preventScroll: true });
  });

  holder.addEventListener("keydown", function (event) {
    if (event.key === "Escape") map.closePopup();
  });

  function asButton(element, label) {
    element.setAttribute("tabindex", "0");
    element.setAttribute("role", "button");
    element.setAttribute("aria-label", label);
  }

  function onEnter(element, act) {
    element.addEventListener("keydown", function (event) {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      event.stopPropagation();
      act();
    });
  }

  // --- counties: names on the map, a popup with the way to their page
  const shapeOf = {};
  layer("lines").eachLayer(function (shape) {
    const county = page.counties[shape.feature.properties.i];
    shapeOf[county.code] = shape;
    if (!county.opens) {
      shape.getElement().style.pointerEvents = "none";
      return;
    }
    bind(shape, "county-" + shape.feature.properties.i, "county", function () {
      return county.label || shape.getBounds().getCenter();
    });
    asButton(shape.getElement(), county.name);
    onEnter(shape.getElement(), function () { shape.fire("click"); });
    shape.on("mouseover focus", function () { shape.setStyle({ fillOpacity: 0.3 }); });
    shape.on("mouseout", function () { shape.setStyle({ fillOpacity: 0 }); });
  });
  page.counties.forEach(function (county) {
    if (!county.label) return;
    const name = document.createElement("span");
    name.textContent = county.name;
    const icon = L.divIcon({ className: county.beside ? "county-name beside" : "county-name", html: name, iconSize: [0, 0] });
    L.marker(county.label, { icon: icon, interactive: false, keyboard: false }).addTo(layer("names"));
  });
  document.querySelectorAll("tr[data-county]").forEach(function (row) {
    const shape = shapeOf[row.dataset.county];
    if (!shape) return;
    row.addEventListener("mouseenter", function () { shape.setStyle({ fillOpacity: 0.45 }); });
    row.addEventListener("mouseleave", function () { shape.setStyle({ fillOpacity: 0 }); });
  });

  // --- sites
  const markers = page.sites.map(function (site, i) {
    const sign = document.getElementById("site-" + i).content.querySelector(".pin").cloneNode(true);
    const icon = L.divIcon({ className: "site-pin", html: sign, iconSize: [30, 30], popupAnchor: [0, -14] });
    const marker = L.marker(site.at, { icon: icon, title: site.name, riseOnHover: true, keyboard: true });
    bind(marker, "site-" + i, "site");
    marker.addTo(layer("sites"));
    asButton(marker.getElement(), site.name + " – " + site.verdict);
    onEnter(marker.getElement(), function () { marker.fire("click"); });
    return marker;
  });
  if (page.layers.footprints) {
    layer("footprints").eachLayer(function (shape) {
      shape.on("click", function () { markers[shape.feature.properties.i].fire("click"); });
    });
  }
  document.querySelectorAll("button[data-site]").forEach(function (button) {
    button.addEventListener("click", function () {
      const marker = markers[Number(button.dataset.site)];
      if (isNarrow()) setPanel(false);
      const shown = document.querySelector('[data-layer="sites"]');
      if (shown && !shown.checked) shown.click();
      map.setView(marker.getLatLng(), Math.max(map.getZoom(), 10.5), { animate: false });
      if (!marker.isPopupOpen()) marker.fire("click");
    });
  });

  // --- legend: switches and opacity
  document.querySelectorAll("[data-layer]").forEach(function (box) {
    box.addEventListener("change", function () {
      page.switches[box.dataset.layer].forEach(function (name) {
        if (!page.layers[name]) return;
        if (box.checked) layer(name).addTo(map);
        else layer(name).remove();
      });
      ["casing", "lines", "edge", "footprints"].forEach(function (name) {
        if (page.layers[name] && map.hasLayer(layer(name))) layer(name).bringToFront();
      });
    });
  });
  document.getElementById("opacity").addEventListener("input", function () {
    layer("cover").setOpacity(Number(this.value) / 100);
  });

  // --- the panel: open on wide screens, folded to its head on narrow ones
  const toggle = document.getElementById("panel-toggle");
  function setPanel(open) {
    document.body.dataset.panel = open ? "open" : "closed";
    toggle.setAttribute("aria-expanded", String(open));
    map.invalidateSize({ animate: false });
  }
  toggle.addEventListener("click", function () { setPanel(document.body.dataset.panel === "closed"); });

  // Paper has its own size: the map takes it before the page is laid out for printing.
  window.addEventListener("beforeprint", function () {
    document.body.classList.add("printing");
    map.invalidateSize({ animate: false });
    document.getElementById("legend").open = true;
    map.fitBounds(page.bounds, { paddingTopLeft: [16, 16], paddingBottomRight: [216, 60], animate: false });
  });
  window.addEventListener("afterprint", function () {
    document.body.classList.remove("printing");
    map.invalidateSize({ animate: false });
    showAll(false);
  });

  if (isNarrow()) document.getElementById("legend").open = false;
  setPanel(!isNarrow());
  showAll(false);
  document.body.dataset.ready = "yes";
})();
