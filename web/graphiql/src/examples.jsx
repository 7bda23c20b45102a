// The examples: what a first visit's tabs show, and a menu that opens one of them at any time.

import { StarIcon, ToolbarButton, ToolbarMenu, useGraphiQL, useGraphiQLActions } from "@graphiql/react";

/** The server's examples; none where it can't give them, since the page works without. */
export async function fetchExamples() {
  try {
    const response = await fetch("/static/graphiql/examples.json");
    if (!response.ok) throw new Error(`status ${response.status}`);
    return (await response.json()).map(asTab);
  } catch (error) {
    console.warn("The examples could not be loaded.", error);
    return [];
  }
}

// GraphiQL takes variables as text.
const asTab = ({ variables, ...example }) => ({
  ...example,
  variables: variables && JSON.stringify(variables, null, 2),
});

/** A button of the toolbar: each example opens in a tab of its own. */
export function ExamplesMenu({ examples }) {
  const { addTab } = useGraphiQLActions();
  const editors = useGraphiQL(({ queryEditor, variableEditor }) => ({ queryEditor, variableEditor }));

  function open({ query, variables = "" }) {
    addTab();
    editors.queryEditor.setValue(query);
    editors.variableEditor.setValue(variables);
  }

  return (
    <ToolbarMenu
      button={
        <ToolbarButton label="Examples">
          <StarIcon className="graphiql-toolbar-icon" aria-hidden="true" />
        </ToolbarButton>
      }
    >
      {examples.map((example) => (
        <ToolbarMenu.Item key={example.title} onSelect={() => open(example)}>
          {example.title}
        </ToolbarMenu.Item>
      ))}
    </ToolbarMenu>
  );
}
