// The bar above GraphiQL: the way back, and the API key.

import { Button } from "@graphiql/react";
import { useEffect, useRef, useState } from "react";

const NEEDED = "This server needs an API key: enter it here.";
const REFUSED = "The server doesn't accept this API key.";

/** `refusals` counts the answers in a row that were refused for want of a valid key. */
export function Bar({ apiKey, onKey, refusals }) {
  const field = useRef(null);
  const [shown, setShown] = useState(false);

  useEffect(() => {
    if (refusals) field.current.focus();
  }, [refusals]);

  const take = () => onKey(field.current.value.trim());
  const toggle = shown ? "Hide" : "Show";

  // The class brings GraphiQL's colours and fonts, light and dark.
  return (
    <header className="graphiql-container bar">
      <a href="/">Kisum MusicData Analyst</a>
      <p role="alert">{refusals > 0 && (apiKey ? REFUSED : NEEDED)}</p>
      <label>
        API key
        <input
          ref={field}
          name="api-key"
          type={shown ? "text" : "password"}
          defaultValue={apiKey}
          placeholder="none"
          autoComplete="off"
          spellCheck={false}
          aria-invalid={refusals > 0}
          onBlur={take}
          onKeyDown={(event) => event.key === "Enter" && take()}
        />
      </label>
      <Button aria-label={`${toggle} the API key`} onClick={() => setShown(!shown)}>
        {toggle}
      </Button>
    </header>
  );
}
