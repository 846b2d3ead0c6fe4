import type { ReadonlySignal } from "@preact/signals";
import type { Shelf } from "@client/storage";
import type { Account } from "../model/account";
import type { Office } from "../model/office";
import { ComeIn } from "./ComeIn";
import { EnrolFirst } from "./EnrolFirst";
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
  const link = account.link.value;
  if (link !== null) return <ComeIn account={account} link={link} />;
  if (account.signed.value.kind === "enrol") return <EnrolFirst account={account} />;
  if (office.value !== null) return <Shell office={office.value} shelf={shelf} />;
  return account.signed.value.kind === "out" ? <SignIn account={account} /> : null;
};
