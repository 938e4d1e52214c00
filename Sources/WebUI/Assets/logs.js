// The pages of logs: they can be read without this; with it they show local times, follow what comes, and obey the keys.
import { start as startTimes } from "./logs-time.js";
import { start as startRows } from "./logs-rows.js";
import { start as startZoom } from "./logs-zoom.js";
import { start as startTail } from "./logs-tail.js";

startTimes();
startRows();
startZoom();
startTail();
