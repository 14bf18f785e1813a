// Lists the products of one category, page by page, through the API that config.json names.

const message = document.getElementById("message");
const table = document.getElementById("products");
const more = document.getElementById("more");

async function getJson(url) {
  const response = await fetch(url);
  const body = await response.json();
  if (!response.ok) {
    throw new Error(body.error?.message ?? `The server answered ${response.status}.`);
  }
  return body;
}

function addRow(product) {
  const row = table.tBodies[0].insertRow();
  for (const text of [product.name, product.price, product.stock]) {
    // As text, never as markup: names come from whoever may add products.
    row.insertCell().textContent = text;
  }
}

async function showPage(apiUrl, category, cursor) {
  more.hidden = true;
  const query = new URLSearchParams({ category, ...(cursor && { cursor }) });
  const page = await getJson(`${apiUrl}/products?${query}`);
  page.items.forEach(addRow);
  const shown = table.tBodies[0].rows.length;
  table.hidden = shown === 0;
  message.textContent = shown === 0 ? "There are no products in this category." : "";
  if (page.nextCursor) {
    more.hidden = false;
    more.onclick = () => tell(showPage(apiUrl, category, page.nextCursor));
  }
}

async function tell(work) {
  try {
    await work;
  } catch (error) {
    message.textContent = `The products cannot be shown. ${error.message}`;
  }
}

async function start() {
  const category = new URLSearchParams(location.search).get("category");
  if (!category) {
    message.textContent = "Which category do you want to see?";
    return;
  }
  document.getElementById("category").value = category;
  message.textContent = "One moment…";
  const { apiUrl } = await getJson("config.json");
  await showPage(apiUrl, category, null);
}

tell(start());
