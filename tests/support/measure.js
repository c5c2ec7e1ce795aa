// What is wrong with a mail as it is shown: a list of sentences, empty where all is well.
// Contrast is that of WCAG 2.2, 1.4.3: (lighter + 0.05) / (darker + 0.05), of relative luminances.
(() => {
  const LEAST_CONTRAST = 4.5;
  const SMALLEST_FONT = 14;
  const faults = [];
  const told = (node) => `“${node.textContent.trim().slice(0, 60)}”`;

  const channels = (css) => {
    const [r, g, b, a = 1] = css.match(/[\d.]+/g).map(Number);
    return { r, g, b, a };
  };
  const over = (top, below) => ({
    r: top.r * top.a + below.r * (1 - top.a),
    g: top.g * top.a + below.g * (1 - top.a),
    b: top.b * top.a + below.b * (1 - top.a),
    a: 1,
  });
  const linear = (channel) => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  const luminance = ({ r, g, b }) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  const contrast = (one, other) => {
    const [dark, light] = [luminance(one), luminance(other)].sort((x, y) => x - y);
    return (light + 0.05) / (dark + 0.05);
  };
  const behind = (element) => {
    const layers = [];
    for (let each = element; each; each = each.parentElement) {
      const colour = channels(getComputedStyle(each).backgroundColor);
      if (colour.a > 0) layers.push(colour);
      if (colour.a === 1) break;
    }
    const canvas = matchMedia("(prefers-color-scheme: dark)").matches ? { r: 18, g: 18, b: 18, a: 1 } : { r: 255, g: 255, b: 255, a: 1 };
    return layers.reverse().reduce((below, top) => over(top, below), canvas);
  };

  const page = document.scrollingElement;
  if (page.scrollWidth > innerWidth) {
    const wide = [...document.body.querySelectorAll("*")].filter((each) => each.getBoundingClientRect().right > innerWidth + 0.5);
    faults.push(`scrolls sideways, ${page.scrollWidth} in ${innerWidth}: ${wide.length ? told(wide[wide.length - 1]) : ""}`);
  }

  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const node = texts.currentNode;
    if (!node.textContent.trim()) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const boxes = [...range.getClientRects()];
    if (!boxes.length) continue;
    const style = getComputedStyle(node.parentElement);
    const background = behind(node.parentElement);
    const found = contrast(over(channels(style.color), background), background);
    if (found < LEAST_CONTRAST) faults.push(`contrast ${found.toFixed(2)}: ${told(node)}`);
    if (parseFloat(style.fontSize) < SMALLEST_FONT) faults.push(`${style.fontSize}: ${told(node)}`);
    if (boxes.some((box) => box.left < 0 || box.right > innerWidth + 0.5)) faults.push(`out of the window: ${told(node)}`);
  }

  for (const each of document.body.querySelectorAll("h1, h2, h3, p, li, td, th, tr, table, ul, ol, div")) {
    if (!each.textContent.trim() && getComputedStyle(each).display !== "none" && !each.querySelector("img")) {
      faults.push(`empty: ${each.outerHTML.slice(0, 80)}`);
    }
  }
  return faults;
})()
