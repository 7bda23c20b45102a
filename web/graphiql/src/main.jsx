// The page: examples fetched, then a bar with the API key, and GraphiQL below it.

import "graphiql/setup-workers/vite";
import "@graphiql/react/style.css";
import "@graphiql/plugin-doc-explorer/style.css";
import "@graphiql/plugin-history/style.css";
import "@graphiql/plugin-explorer/style.css";
import "graphiql/graphiql.css";
import "./page.css";

import { explorerPlugin } from "@graphiql/plugin-explorer";
import { GraphiQL, HISTORY_PLUGIN } from "graphiql";
import { useMemo, useState } from "react";
import { createRoot } from "react-dom/client";
import { Bar } from "./Bar.jsx";
import { ExamplesMenu, fetchExamples } from "./examples.jsx";
import { createFetcher } from "./fetcher.js";
import { rememberKey, rememberedKey } from "./key.js";

const PLUGINS = [HISTORY_PLUGIN, explorerPlugin({ showAttribution: false })];

fetchExamples().then((examples) => createRoot(document.getElementById("root")).render(<Page examples={examples} />));

function Page({ examples }) {
  const [key, setKey] = useState(rememberedKey);
  const [refusals, setRefusals] = useState(0);
  // A new fetcher makes GraphiQL ask for the schema again.
  const fetcher = useMemo(
    () => createFetcher(key, (refused) => setRefusals((count) => (refused ? count + 1 : 0))),
    [key],
  );

  function changeKey(changed) {
    rememberKey(changed);
    setKey(changed);
  }

  return (
    <>
      <Bar apiKey={key} onKey={changeKey} refusals={refusals} />
      {/* No editor of headers: its history is kept in localStorage, where a key must never be. */}
      <GraphiQL
        fetcher={fetcher}
        defaultTabs={examples.length ? examples : undefined}
        plugins={PLUGINS}
        isHeadersEditorEnabled={false}
        shouldPersistHeaders={false}
      >
        <GraphiQL.Logo>GraphiQL</GraphiQL.Logo>
        <GraphiQL.Toolbar>
          {({ prettify, merge, copy }) => (
            <>
              {prettify}
              {merge}
              {copy}
              <ExamplesMenu examples={examples} />
            </>
          )}
        </GraphiQL.Toolbar>
      </GraphiQL>
    </>
  );
}
