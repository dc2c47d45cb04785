// Stands in for `react-style-singleton`, whose <style> elements the page's Content-Security-Policy forbids.
import { useLayoutEffect } from "react";

function adopt(styles) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(styles);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  return () => {
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((each) => each !== sheet);
  };
}

export const styleSingleton = () =>
  function AdoptedStyles({ styles }) {
    useLayoutEffect(() => adopt(styles), [styles]);
    return null;
  };
