// Asks the store's API, which config.json names, with the API key that this tab was given, if any.

const NO_ANSWER = "The store does not answer. Please try again in a moment.";
const BUSY = "The store is busy. Please try again in a moment.";
const NO_KEY = "The store asks for an API key. Please enter yours.";
const WRONG_KEY = "This API key is not valid, or not any more. Please enter another.";

let key = inStorage((storage) => storage.getItem("apiKey"));

export class KeyNeeded extends Error {}

export function useKey(given) {
  key = given;
  inStorage((storage) => storage.setItem("apiKey", given));
}

function forgetKey() {
  key = null;
  inStorage((storage) => storage.removeItem("apiKey"));
}

function inStorage(use) {
  try {
    return use(sessionStorage);
  } catch {
    // Readers may allow pages no storage: the key then lasts until the next page.
    return null;
  }
}

export async function productsOf(category, cursor) {
  const { apiUrl } = await getJson("config.json");
  const query = new URLSearchParams({ ...(category && { category }), ...(cursor && { cursor }) });
  try {
    // Only with a key: a header of one's own costs a preflight.
    return await getJson(`${apiUrl}/products?${query}`, key ? { "X-Api-Key": key } : {});
  } catch (error) {
    throw error.status === 403 ? refusedKey() : error;
  }
}

function refusedKey() {
  const reason = new KeyNeeded(key ? WRONG_KEY : NO_KEY);
  forgetKey();
  return reason;
}

async function getJson(url, headers = {}) {
  let response, body;
  try {
    response = await fetch(url, { headers });
    body = await response.json();
  } catch {
    throw new Error(NO_ANSWER);
  }
  if (!response.ok) {
    throw Object.assign(new Error(inWords(response.status, body)), { status: response.status });
  }
  return body;
}

function inWords(status, body) {
  if (status === 429) {
    return BUSY;
  }
  // What is wrong with the server is nothing that a reader could mend.
  return status < 500 && body.error?.message ? body.error.message : NO_ANSWER;
}
