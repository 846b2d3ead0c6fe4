/** Styles of the launcher, in its shadow root: adopted by script, so that no content policy for styles applies. */
export const launcherStyle = `
:host { all: initial; position: fixed; inset: auto 0 0 auto; z-index: 2147483000; font: 400 15px/21px ui-sans-serif, -apple-system, "Segoe UI", Roboto, Inter, system-ui, sans-serif; color-scheme: light;
  --fill: var(--fill-light); --on: var(--on-light); --surface: #fff; --text: #171a21; --text-2: #616977; --hover: #f1f2f5; --edge: transparent; --badge: #b3261e;
  --shadow: 0 16px 48px rgba(20,24,33,.18), 0 2px 8px rgba(20,24,33,.08); }
:host([data-scheme=dark]) { color-scheme: dark; --fill: var(--fill-dark); --on: var(--on-dark); --surface: #14171c; --text: #f1f3f6; --text-2: #98a0ae; --hover: #1e232b; --edge: #2c323c; --shadow: 0 16px 48px rgba(0,0,0,.6); }
* { box-sizing: border-box; }
[hidden] { display: none !important; }
button { margin: 0; padding: 0; border: 0; background: none; color: inherit; font: inherit; cursor: pointer; }
:focus-visible { outline: 2px solid var(--text); outline-offset: 2px; }
.launcher { position: fixed; right: calc(24px + env(safe-area-inset-right)); bottom: calc(24px + env(safe-area-inset-bottom)); display: grid; place-items: center; width: 56px; height: 56px; border-radius: 50%; background: var(--fill); color: var(--on); box-shadow: 0 4px 16px rgba(20,24,33,.16), 0 1px 3px rgba(20,24,33,.12); }
.launcher:hover { filter: brightness(1.06); }
svg { width: 22px; height: 22px; fill: none; stroke: currentColor; stroke-width: 1.8; stroke-linecap: round; stroke-linejoin: round; }
.badge { position: absolute; top: -5px; right: -4px; min-width: 22px; height: 22px; padding: 0 5px; border: 2px solid var(--surface); border-radius: 11px; background: var(--badge); color: #fff; font-size: 12px; font-weight: 650; line-height: 18px; text-align: center; }
.teaser { position: fixed; right: calc(24px + env(safe-area-inset-right)); bottom: calc(96px + env(safe-area-inset-bottom)); display: flex; align-items: flex-start; gap: 4px; max-width: min(300px, calc(100vw - 48px)); padding: 6px; border: 1px solid var(--edge); border-radius: 16px; background: var(--surface); color: var(--text); box-shadow: var(--shadow); animation: rise 160ms cubic-bezier(.2,.8,.2,1); }
.say { flex: 1; min-width: 0; padding: 8px 4px 8px 10px; text-align: start; overflow-wrap: anywhere; }
.who { display: block; margin-bottom: 4px; color: var(--text-2); font-size: 12px; font-weight: 600; line-height: 16px; }
.words { display: -webkit-box; overflow: hidden; -webkit-box-orient: vertical; -webkit-line-clamp: 3; }
.dismiss { flex: none; display: grid; place-items: center; width: 32px; height: 32px; border-radius: 8px; color: var(--text-2); }
.dismiss:hover { background: var(--hover); }
.dismiss svg { width: 16px; height: 16px; }
.panel { position: fixed; right: calc(24px + env(safe-area-inset-right)); bottom: calc(96px + env(safe-area-inset-bottom)); width: 380px; height: min(640px, calc(100vh - 120px)); height: min(640px, calc(100dvh - 120px)); overflow: hidden; border-radius: 16px; background: var(--surface); box-shadow: 0 0 0 1px var(--edge), var(--shadow); animation: enter 160ms cubic-bezier(.2,.8,.2,1); }
.panel.full { inset: 0 auto auto 0; width: 100%; height: 100%; border-radius: 0; box-shadow: none; animation: none; }
iframe { display: block; width: 100%; height: 100%; border: 0; background: var(--surface); color-scheme: inherit; }
.cover { position: absolute; inset: 0; display: grid; grid-template-rows: 64px 1fr; background: var(--surface); color: var(--text-2); }
.cover::before { content: ""; margin: 14px; width: 36px; height: 36px; border-radius: 9px; background: var(--hover); }
.cover::after { content: ""; height: 66px; margin: 24px 20px; border-radius: 14px; background: var(--hover); }
.slow { position: absolute; inset: 40% 20px auto; text-align: center; }
.slow p { margin: 0 0 12px; }
.slow button { min-height: 40px; padding: 0 16px; border-radius: 10px; background: var(--fill); color: var(--on); font-weight: 600; }
.cover .dismiss { position: absolute; top: 16px; right: 9px; }
@keyframes enter { from { opacity: 0; transform: translateY(8px); } }
@keyframes rise { from { opacity: 0; transform: translateY(4px); } }
@media (max-width: 479.98px) { .launcher { right: 16px; bottom: calc(16px + env(safe-area-inset-bottom)); } .teaser { right: 16px; bottom: calc(84px + env(safe-area-inset-bottom)); } }
@media (prefers-reduced-motion: reduce) { .panel, .teaser { animation: none; } }
@media print { :host { display: none; } }
`;
