// Lists products, of one category or all, page by page; where the store asks for an API key, so does the page.

import { KeyNeeded, productsOf, useKey } from "./store.js";

const message = document.getElementById("message");
const table = document.getElementById("products");
const more = document.getElementById("more");
const keyForm = document.getElementById("key-form");
const keyField = document.getElementById("key");

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

function askForKey(then) {
  keyForm.hidden = false;
  // Only where the focus was on what is gone now, not from under somebody who types a category.
  if (document.activeElement === message) {
    keyField.focus();
  }
  keyForm.onsubmit = (event) => {
    event.preventDefault();
    useKey(keyField.value.trim());
    keyForm.reset();
    message.focus();
    keyForm.hidden = true;
    then();
  };
}

function addRow(product) {
  const row = table.tBodies[0].insertRow();
  // As text, never as markup: names come from whoever may add products.
  row.insertCell().textContent = product.name;
  const link = document.createElement("a");
  link.href = `?${new URLSearchParams({ category: product.category })}`;
  link.textContent = product.category;
  row.insertCell().append(link);
  row.insertCell().textContent = product.price;
  row.insertCell().textContent = product.stock > 0 ? product.stock : "sold out";
}

function summary(category, isAll) {
  const shown = table.tBodies[0].rows.length;
  if (shown === 0) {
    return category ? `There are no products in the category “${category}”.` : "There are no products yet.";
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
    const page = await productsOf(category, cursor);
    page.items.forEach(addRow);
    table.hidden = table.tBodies[0].rows.length === 0;
    say(summary(category, !page.nextCursor));
    offer("Show more", page.nextCursor && (() => show(category, page.nextCursor)));
  } catch (error) {
    say(error.message, true);
    const again = () => show(category, cursor);
    if (error instanceof KeyNeeded) {
      offer("", null);
      askForKey(again);
    } else {
      offer("Try again", again);
    }
  }
}

const wanted = new URLSearchParams(location.search).get("category")?.trim();
if (wanted) {
  document.title = `${wanted} - Storefront`;
  document.getElementById("category").value = wanted;
  document.getElementById("all").hidden = false;
}
table.caption.textContent = wanted ? `Products in the category “${wanted}”` : "Products of all categories";
show(wanted, null);
