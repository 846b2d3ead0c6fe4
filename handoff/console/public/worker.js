// Shows what web push brings while no tab of the console is in sight, and leads back into it.
"use strict";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("push", (event) => event.waitUntil(arrived(event.data)));
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data?.url));
});

async function arrived(data) {
  const news = data.json();
  const tabs = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  for (const tab of tabs) tab.postMessage({ type: "push.arrived", kind: news.kind });
  const inSight = tabs.some((tab) => tab.focused && tab.visibilityState === "visible");
  if (inSight && news.kind !== "alert.test") return; // the console rings already
  await self.registration.showNotification(news.title, {
    body: news.body,
    tag: news.tag,
    renotify: true,
    requireInteraction: news.kind !== "alert.test",
    data: { url: news.url },
  });
}

async function open(url) {
  const wanted = new URL(url ?? "/console/", self.location.origin);
  if (wanted.origin !== self.location.origin || !wanted.pathname.startsWith("/console/")) return;
  const tabs = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const tab = tabs.find((each) => new URL(each.url).pathname.startsWith("/console/"));
  if (tab === undefined) return void (await self.clients.openWindow(wanted.href));
  await tab.focus();
  tab.postMessage({ type: "push.open", hash: wanted.hash });
}
