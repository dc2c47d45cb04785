// Marquee's GraphiQL: everything it loads lies beside this file or comes from the same server.
import "./app.css";

import { createGraphiQLFetcher } from "@graphiql/toolkit";
import { GraphiQL } from "graphiql";
import { createRoot } from "react-dom/client";

import { examplesPlugin, fetchExamples, newTab, variablesText } from "./examples.jsx";
import { Logo } from "./logo.jsx";
import { OpenPanel, rememberPanel } from "./panel.jsx";

const root = document.getElementById("graphiql");
const beside = (path) => new URL(path, import.meta.url);

const endpoint = beside("../../graphql");
const socket = new URL(endpoint);
socket.protocol = endpoint.protocol.replace("http", "ws");
const fetcher = createGraphiQLFetcher({ url: endpoint.href, subscriptionUrl: socket.href });

async function start() {
  const [examples] = await Promise.allSettled([
    fetchExamples(beside("../examples.json")),
    document.fonts.load('15px "Fira Code"'), // the editor measures its letters once, when it opens
  ]);
  const found = examples.value ?? [];
  const first = found.find(({ kind }) => kind === "query") ?? { query: newTab };
  const firstVisit = localStorage.getItem("graphiql:tabState") === null;
  const plugins = [examplesPlugin(found, examples.reason?.message)];
  createRoot(root).render(
    <GraphiQL
      fetcher={fetcher}
      plugins={plugins}
      onTogglePluginVisibility={rememberPanel}
      defaultQuery={newTab}
      defaultTabs={[{ query: first.query, variables: variablesText(first) }]}
      variables={firstVisit ? variablesText(first) : undefined}
      defaultEditorToolsVisibility="variables"
      inputValueDeprecation
      schemaDescription
    >
      <GraphiQL.Logo>
        <Logo />
      </GraphiQL.Logo>
      <OpenPanel />
    </GraphiQL>,
  );
}

await start();
