// The operations in graphql/operations as a panel of GraphiQL; each opens in a tab of its own.
import { Button, useEditorContext } from "@graphiql/react";
import { useMemo, useState } from "react";
import { flushSync } from "react-dom";

export const newTab = "# Ctrl-Space completes, Ctrl-Enter runs.\n";

export const variablesText = (example) => (example.variables ? JSON.stringify(example.variables, null, 2) : "");

export async function fetchExamples(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`The server answered ${response.status} ${response.statusText}`.trim());
  return (await response.json()).operations;
}

function bySlice(examples, words) {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  const slices = new Map();
  for (const example of examples) {
    const text = `${example.slice} ${example.name} ${example.operation ?? ""} ${example.description ?? ""}`.toLowerCase();
    if (!wanted.every((word) => text.includes(word))) continue;
    if (!slices.has(example.slice)) slices.set(example.slice, []);
    slices.get(example.slice).push(example);
  }
  return [...slices];
}

function useOpenExample() {
  const { activeTabIndex, addTab, changeTab, queryEditor, tabs, updateActiveTabValues, variableEditor } =
    useEditorContext({ nonNull: true });
  return (example) => {
    const open = tabs.findIndex((tab) => tab.query === example.query);
    if (open >= 0) {
      if (open !== activeTabIndex) changeTab(open);
      return;
    }
    // The new tab fills the editors as it is rendered: only then do they take the example.
    if (queryEditor?.getValue() !== newTab) flushSync(addTab);
    queryEditor?.setValue(example.query);
    variableEditor?.setValue(variablesText(example));
    updateActiveTabValues({ query: example.query, variables: variablesText(example), operationName: example.operation ?? null });
    queryEditor?.focus();
  };
}

function Example({ example, onOpen }) {
  return (
    <li>
      <button type="button" className="marquee-example" onClick={() => onOpen(example)}>
        <span className={`marquee-kind marquee-kind-${example.kind}`}>{example.kind}</span>
        <span className="marquee-example-name">{example.operation ?? example.name}</span>
        {example.description && <span className="marquee-example-text">{example.description}</span>}
      </button>
    </li>
  );
}

function Panel({ examples, problem }) {
  const [words, setWords] = useState("");
  const slices = useMemo(() => bySlice(examples, words), [examples, words]);
  const open = useOpenExample();
  return (
    <section aria-label="Examples" className="marquee-examples">
      <div className="marquee-examples-title">Examples</div>
      <input
        type="search"
        className="marquee-examples-filter"
        aria-label="Filter examples"
        placeholder="Filter"
        value={words}
        onChange={(event) => setWords(event.target.value)}
      />
      {problem && <p role="alert">The examples could not be loaded. {problem}</p>}
      {!problem && slices.length === 0 && (
        <p>
          No example matches. {words && <Button type="button" onClick={() => setWords("")}>Show all</Button>}
        </p>
      )}
      {slices.map(([slice, found]) => (
        <section key={slice} aria-label={slice}>
          <h3>{slice}</h3>
          <ul>
            {found.map((example) => (
              <Example key={`${slice}/${example.name}`} example={example} onOpen={open} />
            ))}
          </ul>
        </section>
      ))}
    </section>
  );
}

function Icon(props) {
  return (
    <svg viewBox="0 0 20 20" fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" {...props}>
      <path d="M3 4.5h14M3 10h9M3 15.5h6" />
      <path d="m14.5 9 3.5 3.5-3.5 3.5z" fill="currentColor" strokeLinejoin="round" />
    </svg>
  );
}

export const examplesPlugin = (examples, problem) => ({
  title: "Examples",
  icon: Icon,
  content: () => <Panel examples={examples} problem={problem} />,
});
