import { effect, signal } from "@preact/signals";
import { render } from "preact";
import { BrowserShelf } from "@client/storage";
import { Api } from "./api";
import { Account } from "./model/account";
import { Office } from "./model/office";
import { applyTheme } from "./model/theme";
import "./tokens.css";
import { App } from "./ui/App";

const shelf = new BrowserShelf();
const api = new Api();
const account = new Account(api);
const office = signal<Office | null>(null);

/** One office per sign-in: a fresh token of the same agent keeps it, leaving closes it. */
effect(() => {
  const signed = account.signed.value;
  const open = office.peek();
  if (signed.kind === "in" && open === null) {
    office.value = new Office(signed.session, account, api, shelf);
    office.value.open();
  } else if ((signed.kind === "out" || signed.kind === "enrol") && open !== null) {
    open.close();
    office.value = null;
  }
});

/** A one-time link: its token leaves the address, and with it the history, before anything else is done. */
const followed = /^#\/come-in\/([\w-]+)$/.exec(location.hash)?.[1];
if (followed !== undefined) {
  history.replaceState(null, "", location.pathname);
  void account.follow(followed);
}

applyTheme(shelf);
const root = document.getElementById("console");
if (root !== null) render(<App account={account} office={office} shelf={shelf} />, root);
void account.look();
