import { useEffect } from "preact/hooks";
import type { Shelf } from "@client/storage";
import { t } from "../i18n";
import { commandOf, type KeyCommand } from "../model/keys";
import type { Office } from "../model/office";
import { clockTime } from "../model/times";
import { alerts as alertWords } from "../words/alerts";
import { AlertsSheet } from "./Alerts";
import { Banner, Button } from "./Bits";
import { Customer } from "./Customer";
import { Empty } from "./Empty";
import { Help } from "./Help";
import { later } from "./Later";
import { Lists } from "./Lists";
import { Palette } from "./Palette";
import { Rail } from "./Rail";
import { Sheet } from "./Sheet";
import css from "./Shell.module.css";
import { Thread } from "./Thread";

const Settings = later(async () => (await import("./settings/Settings")).Settings);
const Wall = later(async () => (await import("./wall/Wall")).Wall);
const Reports = later(async () => (await import("./reports/Reports")).Reports);

export const Shell = ({ office, shelf }: { office: Office; shelf: Shelf }) => {
  const { desk } = office;
  const current = desk.current.value;
  const figures = desk.view.value === "reports" && current === null;
  useKeys(office);
  return (
    <div class={`${css.shell} ${current === null ? "" : css.open}`}>
      <Banners office={office} />
      <Rail office={office} shelf={shelf} />
      <main class={css.panes}>
        {figures ? (
          <Reports office={office} />
        ) : desk.view.value === "wall" && current === null ? (
          <Wall office={office} />
        ) : desk.view.value === "settings" && current === null ? (
          <Settings office={office} />
        ) : (
          <Work office={office} />
        )}
      </main>
      {current !== null && (
        <aside class={css.side} aria-label={t.customer.title}>
          <Customer office={office} conversation={current} />
        </aside>
      )}
      {office.sheet.value === "customer" && current !== null && (
        <Sheet label={t.customer.title} side onClose={() => (office.sheet.value = null)}>
          <Customer office={office} conversation={current} />
        </Sheet>
      )}
      {office.sheet.value === "help" && <Help office={office} />}
      {office.sheet.value === "palette" && <Palette office={office} />}
      {office.sheet.value === "alerts" && <AlertsSheet office={office} />}
    </div>
  );
};

/** The list, and the conversation that is chosen in it. */
const Work = ({ office }: { office: Office }) => {
  const current = office.desk.current.value;
  return (
    <>
      <Lists office={office} />
      <section
        class={css.main}
        aria-label={current === null ? t.empty.pick : t.thread.label(current.visitor.value ?? t.visitor)}
      >
        {current === null ? <Empty office={office} /> : <Thread key={current.id} office={office} conversation={current} />}
      </section>
    </>
  );
};

const Banners = ({ office }: { office: Office }) => {
  const link = office.desk.link.value;
  return (
    <div class={css.banners}>
      {office.bell.blocked.value && office.desk.available.value && (
        <Banner tone="upset" icon="mute" fact={t.sound.blocked} next={t.sound.blockedNext}>
          <Button small onClick={() => void office.testSound()}>
            {t.sound.fix}
          </Button>
        </Banner>
      )}
      {office.alerts.blocked.value && office.desk.available.value && (
        <Banner tone="upset" icon="mute" fact={alertWords.bar} next={alertWords.barNext}>
          <Button small onClick={() => (office.sheet.value = "alerts")}>
            {alertWords.fix}
          </Button>
        </Banner>
      )}
      {link.kind === "offline_since" && (
        <Banner tone="plain" icon="unplugged" fact={t.link.offlineTitle(clockTime(link.at))} next={t.link.offlineNext} />
      )}
      {link.kind === "catching_up" && office.desk.queue.loaded.value && (
        <Banner tone="plain" icon="sync" fact={t.link.catchingUpTitle} next={t.link.catchingUpNext} />
      )}
    </div>
  );
};

/** Letters are commands wherever no text field has the focus. */
function useKeys(office: Office): void {
  useEffect(() => {
    const heard = (event: KeyboardEvent): void => {
      const target = event.target instanceof HTMLElement ? event.target : null;
      const editing = target?.closest("input, textarea, select, [contenteditable]") != null;
      const inDialog = document.querySelector("dialog[open]") !== null;
      const { key, ctrlKey, metaKey, altKey } = event;
      const command = commandOf({ key, ctrlKey, metaKey, altKey, editing, inDialog }, office.singleKeys.value);
      if (command === null) return;
      event.preventDefault();
      run(office, command);
    };
    document.addEventListener("keydown", heard);
    return () => document.removeEventListener("keydown", heard);
  }, [office]);
}

function run(office: Office, command: KeyCommand): void {
  const { desk } = office;
  switch (command) {
    case "next":
    case "previous": {
      const lists = [...document.querySelectorAll<HTMLElement>("[data-rows]")];
      const ids = lists.flatMap((list) => (list.dataset["rows"] ?? "").split(" ").filter(Boolean));
      desk.move(ids, command === "next" ? 1 : -1);
      requestAnimationFrame(() => {
        const rows = [...document.querySelectorAll<HTMLElement>("[data-row]")];
        rows.find((row) => row.dataset["row"] === desk.chosen.value)?.focus({ preventScroll: true });
      });
      return;
    }
    case "claim":
      return desk.claim();
    case "reply":
    case "note":
      if (desk.current.value === null) return;
      desk.current.value.mode.value = command;
      desk.wantsField.value = true;
      return;
    case "resolve":
      return desk.resolve();
    case "transfer":
    case "snooze":
      if (desk.current.value !== null && desk.holds.value.has(desk.current.value.id)) office.box.value = command;
      return;
    case "right":
      if (desk.current.value !== null) office.makeRight();
      return;
    case "promise":
      if (desk.current.value !== null) office.box.value = command;
      return;
    case "right":
      if (desk.current.value !== null) office.makeRight();
      return;
    case "canned":
      if (desk.current.value === null || !desk.holds.value.has(desk.current.value.id)) return;
      desk.current.value.mode.value = "reply";
      office.box.value = command;
      return;
    case "palette":
      office.sheet.value = "palette";
      return;
    case "help":
      office.sheet.value = "help";
  }
}
