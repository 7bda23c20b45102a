// Writes LICENSES.txt: the licence of every package that a part of it was bundled of, the workers' included.

import { readdirSync, readFileSync } from "node:fs";

const LICENSE_FILE = /^(licen[cs]e|notice|thirdpartynotices)/i;
const CODICONS = `The icons of codicon.ttf are Visual Studio Code's (github.com/microsoft/vscode-codicons), licensed CC BY 4.0
(creativecommons.org/licenses/by/4.0/) by Microsoft Corporation.`;

/** The plugins for the page's own bundle and for its workers' bundles. */
export function licenses(fileName) {
  const folders = new Set();
  const collect = {
    name: "collect-licenses",
    generateBundle(_options, bundle) {
      for (const { moduleIds = [] } of Object.values(bundle)) {
        for (const id of moduleIds) {
          const folder = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id)?.[0];
          if (folder) folders.add(folder.replace(/^\0/, ""));
        }
      }
    },
  };
  const write = {
    name: "write-licenses",
    generateBundle() {
      const texts = new Set([...folders].map(licenseOf));
      const source = `GraphiQL is bundled of these packages.\n\n${[...texts].sort().join("\n\n")}\n\n${CODICONS}\n`;
      this.emitFile({ type: "asset", fileName, source });
    },
  };
  return { page: [collect, write], workers: () => [collect] };
}

function licenseOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
  const files = readdirSync(folder).filter((file) => LICENSE_FILE.test(file)).sort();
  const texts = files.map((file) => readFileSync(`${folder}/${file}`, "utf8").replaceAll("\r\n", "\n").trim());
  return [`${name} ${version} (${license})`, ...texts].join("\n\n");
}
