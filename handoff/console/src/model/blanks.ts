import type { Blanks } from "./canned";
import type { Conversation } from "./conversation";
import type { Office } from "./office";
import { firstName } from "./verbs";

/** What is known for the blanks of a canned answer in this conversation. */
export function blanksOf(office: Office, conversation: Conversation): Blanks {
  const fact = (label: string): string | null =>
    office.customer.card.value?.facts.find((one) => one.label === label)?.value ?? null;
  const visitor = conversation.visitor.value;
  return {
    name: visitor === null ? null : firstName(visitor),
    me: firstName(office.desk.me.name),
    bike: fact("Bike"),
    order: fact("Order"),
  };
}
