// The server makes pages in the browser's own time zone, which it knows from a cookie; it is told once, and when it changes.
const name = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (name && !document.cookie.split("; ").includes(`zone=${encodeURIComponent(name)}`)) {
  document.cookie = `zone=${encodeURIComponent(name)}; path=/; max-age=31536000; samesite=lax`;
  document.dispatchEvent(new Event("zonechange"));
}
