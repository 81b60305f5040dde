// Popups: one at a time, made when it is opened; the focus goes in with it and comes back.
let opener = null; // finds the element that opened the popup

function openPopup(at, body, kind, offset, back) {
  const width = Math.min(kind === "site" ? 380 : 300, holder.clientWidth - 40);
  body.style.maxHeight = Math.max(200, Math.round(holder.clientHeight * 0.66)) + "px";
  body.setAttribute("tabindex", "-1");
  const popup = L.popup({
    minWidth: Math.min(width, 240), maxWidth: width, className: "popup-" + kind, offset: offset,
    autoPanPaddingTopLeft: [16, Math.max(onTop + 30, 64)], autoPanPaddingBottomRight: [isNarrow() ? 8 : besideLegend() + 18 || 60, 16],
  });
  body.querySelectorAll("details").forEach(function (part) {
    part.addEventListener("toggle", function () {
      const at = body.scrollTop, focused = document.activeElement;
      popup.update();
      body.scrollTop = at;
      if (body.contains(focused)) focused.focus({ preventScroll: true });
    });
  });
  opener = back;
  popup.setLatLng(at).setContent(body).openOn(map);
}

map.on("popupopen", function (event) {
  document.body.dataset.popup = "open";
  const closer = event.popup.getElement().querySelector(".leaflet-popup-close-button");
  closer.setAttribute("aria-label", words.close);
  closer.setAttribute("title", words.close);
  event.popup.getContent().focus({ preventScroll: true });
});
map.on("popupclose", function (event) {
  document.body.dataset.popup = "";
  const inside = event.popup.getElement() && event.popup.getElement().contains(document.activeElement);
  const back = opener && opener();
  if (inside && back) back.focus({ preventScroll: true });
});
