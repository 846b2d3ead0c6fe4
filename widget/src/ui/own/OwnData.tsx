import type { FunctionComponent } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { MailAddress } from "../../client/protocol.gen.ts";
import { t } from "../../i18n.ts";
import type { Chat } from "../../model.ts";
import { Bin, Box, Mail, Save } from "../icons.tsx";
import { MailForm } from "./MailForm.tsx";
import css from "./own.module.css";
import { problemWords } from "./problems.ts";
import { ownData, type Page } from "./page.ts";

/** What a visitor can do with what is theirs: take it along, have it mailed, have it deleted. Escape and a tap elsewhere close it. */
export const OwnData = ({ chat }: { chat: Chat }) => {
  const box = useRef<HTMLElement>(null);
  const page = ownData.value;
  const isOpen = page !== null;
  useEffect(() => {
    if (!isOpen) return;
    const before = document.activeElement as HTMLElement | null;
    let isTaken = false;
    const elsewhere = (press: PointerEvent): void => {
      const [target, inside] = [press.target as Element, box.current];
      if (inside === null || inside.contains(target) || target.closest("[data-menu]") !== null) return;
      isTaken = true;
      ownData.value = null;
    };
    document.addEventListener("pointerdown", elsewhere);
    return () => {
      document.removeEventListener("pointerdown", elsewhere);
      // A tap elsewhere has said where to go on.
      if (!isTaken) before?.focus();
    };
  }, [isOpen]);
  useEffect(() => box.current?.querySelector<HTMLElement>("input, button")?.focus(), [page]);
  if (page === null) return null;
  return (
    <section
      ref={box}
      class={css.card}
      role="dialog"
      aria-label={t(page === "erase" ? "eraseAsk" : "more")}
      onKeyDown={(key) => {
        if (key.key !== "Escape") return;
        key.stopPropagation();
        ownData.value = page === "menu" ? null : "menu";
      }}
    >
      {page === "menu" && <Menu chat={chat} />}
      {page === "transcript" && <ByMail chat={chat} title={t("mailTranscript")} send={(email) => mailTranscript(chat, email)} />}
      {page === "link" && (
        <ByMail chat={chat} title={t("mailLink")} send={async (email) => void (await chat.own("POST", "/continue/mail", { email }))} />
      )}
      {page === "erase" && <Erase chat={chat} />}
    </section>
  );
};

const Menu = ({ chat }: { chat: Chat }) => {
  const [fault, setFault] = useState("");
  const hasMail = chat.site.value?.mail ?? false;
  const brand = chat.site.value?.name ?? "";
  const save = async (path: string, name: string): Promise<void> => {
    setFault("");
    try {
      download(await (await chat.own("GET", path)).blob(), name);
      ownData.value = null;
    } catch (error) {
      setFault(problemWords(error, brand));
    }
  };
  const to = (next: Page) => (): void => void (ownData.value = next);
  return (
    <>
      <ul>
        <Item Icon={Save} words={t("saveTranscript")} onClick={() => void save("/transcript", "conversation.txt")} />
        {hasMail && <Item Icon={Mail} words={t("mailTranscript")} onClick={to("transcript")} />}
        {hasMail && <Item Icon={Mail} words={t("mailLink")} onClick={to("link")} />}
        <Item Icon={Box} words={t("saveData")} onClick={() => void save("/export", "my-data.json")} />
        <Item Icon={Bin} words={t("eraseData")} onClick={to("erase")} />
      </ul>
      {fault !== "" && (
        <p class={css.fault} role="alert">
          {fault}
        </p>
      )}
    </>
  );
};

const Item = ({ Icon, words, onClick }: { Icon: FunctionComponent<{ size?: number }>; words: string; onClick: () => void }) => (
  <li>
    <button type="button" class={css.item} onClick={onClick}>
      <Icon size={16} />
      {words}
    </button>
  </li>
);

const ByMail = ({ chat, title, send }: { chat: Chat; title: string; send: (email: string) => Promise<void> }) => {
  const [email, setEmail] = useState<string | null>(null);
  const [sentTo, setSentTo] = useState("");
  useEffect(() => {
    chat
      .own("GET", "/email")
      .then(async (answer) => setEmail(((await answer.json()) as MailAddress).email ?? ""))
      .catch(() => setEmail(""));
  }, []);
  return (
    <div class={css.page}>
      <h2 class={css.title}>{title}</h2>
      {sentTo !== "" ? (
        <p role="status">{t("mailed", { email: sentTo })}</p>
      ) : (
        email !== null && (
          <MailForm
            email={email}
            act={t("mailIt")}
            onSend={async (to) => {
              await send(to);
              setSentTo(to);
            }}
          />
        )
      )}
      <button type="button" class={css.back} onClick={() => (ownData.value = sentTo === "" ? "menu" : null)}>
        {t(sentTo === "" ? "back" : "done")}
      </button>
    </div>
  );
};

const Erase = ({ chat }: { chat: Chat }) => {
  const [fault, setFault] = useState("");
  const brand = chat.site.value?.name ?? "";
  const erase = async (): Promise<void> => {
    try {
      await chat.erase();
      ownData.value = null;
    } catch (error) {
      setFault(problemWords(error, brand));
    }
  };
  return (
    <div class={css.page}>
      <h2 class={css.title}>{t("eraseAsk")}</h2>
      <p>{t("eraseWhat", { brand })}</p>
      {fault !== "" && (
        <p class={css.fault} role="alert">
          {fault}
        </p>
      )}
      <p class={css.pair}>
        <button type="button" class={css.keep} onClick={() => (ownData.value = null)}>
          {t("eraseKeep")}
        </button>
        <button type="button" class={css.erase} onClick={() => void erase()}>
          <Bin size={16} />
          {t("eraseDo")}
        </button>
      </p>
    </div>
  );
};

async function mailTranscript(chat: Chat, email: string): Promise<void> {
  await chat.own("PUT", "/email", { email });
  await chat.own("POST", "/transcript/mail");
}

function download(what: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(what);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
