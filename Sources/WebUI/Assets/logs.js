// The pages of logs: they can be read without this; with it they follow what comes, and obey the keys.
import { start as startRows } from "./logs-rows.js";
import { start as startZoom } from "./logs-zoom.js";
import { start as startTail } from "./logs-tail.js";

startRows();
startZoom();
startTail();
