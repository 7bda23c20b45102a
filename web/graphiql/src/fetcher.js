// Asks the server's endpoint, with the API key where there is one: for subscriptions by server-sent events.

import { getOperationAST, parse } from "graphql";
import { createClient } from "graphql-sse";

const ACCEPTED = "application/graphql-response+json, application/json;q=0.9";

/** A fetcher for GraphiQL; `onGate` hears of every answer whether it was refused for want of a valid key. */
export function createFetcher(key, onGate) {
  const headers = key ? { "X-Internal-API-Key": key } : {};

  async function ask(...request) {
    const response = await fetch(...request);
    onGate(response.status === 401);
    return response;
  }

  const events = createClient({ url: "/graphql", headers, fetchFn: ask });

  return async (given) => {
    const document = parsed(given.query);
    const operation = named(given, document);
    if (isSubscription(document, operation.operationName)) return events.iterate(operation);
    const response = await ask("/graphql", {
      method: "POST",
      headers: { accept: ACCEPTED, "content-type": "application/json", ...headers },
      body: JSON.stringify(operation),
    });
    return response.json();
  };
}

// What can't be parsed is for the server to tell.
function parsed(query) {
  try {
    return parse(query);
  } catch {
    return null;
  }
}

// In the moment after another tab was opened, GraphiQL still names the operation of the one before.
function named(operation, document) {
  if (!document || getOperationAST(document, operation.operationName)) return operation;
  return { ...operation, operationName: undefined };
}

const isSubscription = (document, name) => document && getOperationAST(document, name)?.operation === "subscription";
