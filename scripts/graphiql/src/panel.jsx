// The panel at the left comes back as it was left, and shows the examples on the first visit. GraphiQL 4 keeps its
// `visiblePlugin` hidden until the sidebar is used (its split is laid out before its plugins are known), so use that.
import { usePluginStore } from "@graphiql/react";
import { useEffect } from "react";

const KEY = "marquee:panel";

export const rememberPanel = (plugin) => localStorage.setItem(KEY, plugin?.title ?? "");

export function OpenPanel() {
  const plugins = usePluginStore((store) => store.plugins);
  useEffect(() => {
    const title = localStorage.getItem(KEY) ?? "Examples";
    if (plugins.some((plugin) => plugin.title === title)) {
      document.querySelector(`.graphiql-sidebar [aria-label="Show ${title}"]`)?.click();
    }
  }, [plugins]);
  return null;
}
