// Shows this server's own OpenAPI document. The API key is kept for the browser tab alone, where GraphiQL keeps it too.

const SLOT = "kisum-api-key";
const SCHEME = "X-Internal-API-Key";

const dark = matchMedia("(prefers-color-scheme: dark)");
const followSystem = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", followSystem);
followSystem();

const rememberKey = () => ({
  statePlugins: {
    auth: {
      wrapActions: {
        authorize: (authorize) => (given) => {
          for (const { value } of Object.values(given)) sessionStorage.setItem(SLOT, value);
          return authorize(given);
        },
        logout: (logout) => (names) => {
          sessionStorage.removeItem(SLOT);
          return logout(names);
        },
      },
    },
  },
});

// The example of a picture is its text; Swagger UI would make XML of its own from the schema, and finds none in a text's.
const showPictures = () => ({
  afterLoad: ({ fn }) => {
    fn.jsonSchema202012.getXmlSampleSchema = (_schema, _config, example) => example;
  },
});

const ui = SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#docs",
  deepLinking: true,
  validatorUrl: null,
  plugins: [rememberKey, showPictures],
  onComplete: () => {
    const key = sessionStorage.getItem(SLOT);
    if (key) ui.preauthorizeApiKey(SCHEME, key);
  },
});
