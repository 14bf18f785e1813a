// Lists the products of one category, page by page, through the API that config.json names.

const message = document.getElementById("message");
const table = document.getElementById("products");
const more = document.getElementById("more");

const NO_ANSWER = "The store does not answer. Please try again in a moment.";

async function getJson(url) {
  let response, body;
  try {
    response = await fetch(url);
    body = await response.json();
  } catch {
    throw new Error(NO_ANSWER);
  }
  if (!response.ok) {
    // What is wrong with the server is nothing that a reader could mend.
    throw new Error(response.status < 500 && body.error?.message ? body.error.message : NO_ANSWER);
  }
  return body;
}

function say(text, isError = false) {
  message.textContent = text;
  message.classList.toggle("error", isError);
}

function offer(label, action) {
  const hadFocus = document.activeElement === more;
  more.hidden = !action;
  more.textContent = label;
  more.onclick = action;
  more.ariaDisabled = "false";
  if (hadFocus && more.hidden) {
    message.focus();
  }
}

function addRow(product) {
  const row = table.tBodies[0].insertRow();
  // As text, never as markup: names come from whoever may add products.
  for (const text of [product.name, product.price, product.stock > 0 ? product.stock : "sold out"]) {
    row.insertCell().textContent = text;
  }
}

function summary(category, isAll) {
  const shown = table.tBodies[0].rows.length;
  if (shown === 0) {
    return `There are no products in the category “${category}”.`;
  }
  const products = shown === 1 ? "1 product" : `${shown} products`;
  return isAll ? `${products}.` : `${products}, and there are more.`;
}

async function show(category, cursor) {
  say("One moment…");
  // Not disabled: it would lose the focus.
  more.onclick = null;
  more.ariaDisabled = "true";
  try {
    const { apiUrl } = await getJson("config.json");
    const query = new URLSearchParams({ category, ...(cursor && { cursor }) });
    const page = await getJson(`${apiUrl}/products?${query}`);
    page.items.forEach(addRow);
    table.hidden = table.tBodies[0].rows.length === 0;
    say(summary(category, !page.nextCursor));
    offer("Show more", page.nextCursor && (() => show(category, page.nextCursor)));
  } catch (error) {
    say(error.message, true);
    offer("Try again", () => show(category, cursor));
  }
}

const wanted = new URLSearchParams(location.search).get("category")?.trim();
if (wanted) {
  document.title = `${wanted} - Storefront`;
  document.getElementById("category").value = wanted;
  table.caption.textContent = `Products in the category “${wanted}”`;
  show(wanted, null);
} else {
  say("Enter a category to see what there is.");
}
