import type { MessageCreated } from "../../client/protocol.gen.ts";
import type { Chat } from "../../model.ts";
import { CaseView } from "./CaseView.tsx";
import { FitView } from "./FitView.tsx";
import { OrderView } from "./OrderView.tsx";

/** A card of the bot. A kind that this version does not know is left out: its text says the same in words. */
export const CardView = ({ card, chat }: { card: NonNullable<MessageCreated["card"]>; chat: Chat }) => {
  switch (card.kind) {
    case "fit":
      return <FitView card={card} chat={chat} />;
    case "order":
      return <OrderView card={card} />;
    case "case":
      return <CaseView card={card} />;
    default:
      return null;
  }
};
