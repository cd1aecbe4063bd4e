import { createHash } from 'node:crypto';
import { escapeXml } from '../xml';
import type { MapData } from './map-data';
import type { MapLayout } from './map-layout';
import { drawMap } from './map-svg';
import { MAP_STYLE, PAGE_BODY, PAGE_SCRIPT, PAGE_STYLE } from './page-bundle';

/**
 * The map as one page that needs nothing else: it may not ask any server for anything (its own Content-Security-Policy
 * says so). What comes from manifests stands in it as text or as data, never as markup or code.
 * Its own script and style are allowed by their hashes, and no others.
 */
export function mapHtml(data: MapData, layout: MapLayout): string {
  const style = MAP_STYLE + PAGE_STYLE;
  const policy = [
    "default-src 'none'",
    `script-src 'sha256-${hashOf(PAGE_SCRIPT)}'`,
    `style-src 'sha256-${hashOf(style)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return (
    `<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n` +
    `<meta http-equiv="Content-Security-Policy" content="${policy}">\n` +
    `<meta name="viewport" content="width=device-width, initial-scale=1">\n<meta name="color-scheme" content="light dark">\n` +
    `<title>${escapeXml(data.title)}</title>\n<style>${style}</style>\n</head>\n<body>\n` +
    PAGE_BODY.replace('<!--title-->', () => escapeXml(data.title)).replace('<!--map-->', () =>
      drawMap(data, layout),
    ) +
    `<script type="application/json" id="data">${inScript({ data, layout })}</script>\n` +
    `<script>${PAGE_SCRIPT}</script>\n</body>\n</html>\n`
  );
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}

/** JSON that nothing in it can end the element around it. */
function inScript(value: unknown): string {
  return JSON.stringify(value)
    .replaceAll('<', '\\u003c')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');
}
