export { type LivePage, livePage, type LivePageOptions } from "./node/live/live-page.ts";
export { type PngOptions, writePng } from "./node/write-png.ts";
export { writeReport, writeSvg } from "./node/write-files.ts";
