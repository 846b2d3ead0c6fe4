import type { ReadonlySignal } from "@preact/signals";
import type { Shelf } from "@client/storage";
import type { Account } from "../model/account";
import type { Office } from "../model/office";
import { Shell } from "./Shell";
import { SignIn } from "./SignIn";

export const App = ({
  account,
  office,
  shelf,
}: {
  account: Account;
  office: ReadonlySignal<Office | null>;
  shelf: Shelf;
}) => {
  if (office.value !== null) return <Shell office={office.value} shelf={shelf} />;
  return account.signed.value.kind === "out" ? <SignIn account={account} /> : null;
};
