// Asks the server's endpoint, with the API key where there is one.

/** A fetcher for GraphiQL; `onGate` hears of every answer whether it was refused for want of a valid key. */
export function createFetcher(key, onGate) {
  return async (operation) => {
    const response = await fetch("/graphql", {
      method: "POST",
      headers: {
        accept: "application/graphql-response+json, application/json;q=0.9",
        "content-type": "application/json",
        ...(key && { "X-Internal-API-Key": key }),
      },
      body: JSON.stringify(operation),
    });
    onGate(response.status === 401);
    return response.json();
  };
}
