// Start: decode the index, draw everything once, then follow the address.

async function start() {
  try {
    run = prepare(await unpack("index"));
  } catch (err) {
    byId("banner").textContent = `This report cannot be shown: ${err.message}. It needs a browser of 2023 or later.`;
    document.body.dataset.state = "failed";
    return;
  }
  startKeys();
  renderHead();
  renderCauses();
  startList();
  watch((changed) => {
    if (changed.has("q")) {
      renderList();
      markCounts();
    }
    if (changed.has("q") || changed.has("row") || changed.has("col")) renderMatrix();
    if (changed.has("board") || changed.has("q")) renderBoards();
    if (changed.has("cell")) renderCell();
  });
  addEventListener("popstate", refresh);
  addEventListener("hashchange", refresh);
  readHash();
  renderList();
  markCounts();
  renderMatrix();
  renderBoards();
  await renderCell();
  document.body.dataset.state = "ready";
}

start();
