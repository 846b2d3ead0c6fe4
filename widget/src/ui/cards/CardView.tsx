import type { MessageCreated } from "../../client/protocol.gen.ts";
import type { Chat } from "../../model.ts";
import { ArticleView } from "./ArticleView.tsx";
import { CallbackView } from "./CallbackView.tsx";
import { CaseView } from "./CaseView.tsx";
import { FitView } from "./FitView.tsx";
import { FormView } from "./FormView.tsx";
import { OrderView } from "./OrderView.tsx";
import { PromiseView } from "./PromiseView.tsx";
import { RemedyView } from "./RemedyView.tsx";

interface Props {
  card: NonNullable<MessageCreated["card"]>;
  chat: Chat;
  /** Whether it was answered since: what asks then no longer does. */
  isOver: boolean;
}

/** A card. A kind that this version does not know is left out: its text says the same in words. */
export const CardView = ({ card, chat, isOver }: Props) => {
  switch (card.kind) {
    case "fit":
      return <FitView card={card} chat={chat} />;
    case "order":
      return <OrderView card={card} />;
    case "case":
      return <CaseView card={card} />;
    case "article":
      return <ArticleView card={card} />;
    case "promise":
      return <PromiseView card={card} />;
    case "remedy":
      return <RemedyView card={card} />;
    case "callback":
      return <CallbackView card={card} chat={chat} isOver={isOver} />;
    case "form":
      return <FormView card={card} chat={chat} isOver={isOver} />;
    default:
      return null;
  }
};
