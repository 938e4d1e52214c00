// A clock that goes on, once a second, while browsers slow down the timers of a page that nobody sees.
setInterval(() => postMessage("tick"), 1000);
