import { useEffect, useState } from "preact/hooks";
import type { CallbackTimes, MailAddress, Span } from "../../client/protocol.gen.ts";
import { t } from "../../i18n.ts";
import type { Chat } from "../../model.ts";
import { keepingFocus } from "../focus.ts";
import { Mail, Phone } from "../icons.tsx";
import { MailForm } from "../own/MailForm.tsx";
import { CallPicker } from "./CallPicker.tsx";
import css from "./choices.module.css";

/** What else one can do than wait: be called at a time of one's own, or have the answer by mail. */
export const Choices = ({ chat, isLong }: { chat: Chat; isLong: boolean }) => {
  const { callback } = chat.state.value;
  const [times, setTimes] = useState<readonly Span[]>([]);
  const [isMoving, setMoving] = useState(false);
  const hasMail = chat.site.value?.mail ?? false;
  const load = (): void => {
    ask<CallbackTimes>(chat, "/callbacks").then(
      (found) => setTimes(found.times),
      () => undefined,
    );
  };
  useEffect(load, []);
  useEffect(() => setMoving(false), [callback?.start]);
  const hasCalls = callback !== null || times.length > 0;
  if (!hasCalls && !hasMail) return <p class={css.foot}>{t("keepWriting")}</p>;
  return (
    <div class={css.choices}>
      {callback === null && <h3 class={css.title}>{t(isLong ? "longerThanPromised" : "restOfDay")}</h3>}
      {hasCalls && (
        <div class={css.way}>
          {callback === null ? (
            <p class={css.head}>
              <Phone size={16} />
              {t("weCall")}
            </p>
          ) : (
            <Booked chat={chat} onMove={() => setMoving(true)} />
          )}
          {(callback === null || isMoving) && (
            <CallPicker chat={chat} times={times} phone={callback?.phone ?? ""} onTaken={load} />
          )}
        </div>
      )}
      {hasMail && <ByMail chat={chat} />}
    </div>
  );
};

const Booked = ({ chat, onMove }: { chat: Chat; onMove: () => void }) => {
  const [hasFailed, setFailed] = useState(false);
  const takeBack = (): void => {
    setFailed(false);
    chat.own("DELETE", "/callbacks").catch(() => setFailed(true));
  };
  return (
    <>
      <p class={css.acts}>
        <button type="button" class={css.more} onClick={onMove}>
          {t("callMove")}
        </button>
        <button type="button" class={css.more} onClick={keepingFocus(takeBack)}>
          {t("callBack")}
        </button>
      </p>
      {hasFailed && (
        <p class={css.fault} role="alert">
          {t("tryInAMoment")}
        </p>
      )}
    </>
  );
};

const ByMail = ({ chat }: { chat: Chat }) => {
  const [email, setEmail] = useState<string | null>(null);
  const [isChanging, setChanging] = useState(false);
  useEffect(() => {
    ask<MailAddress>(chat, "/email").then(
      (known) => setEmail(known.email ?? ""),
      () => setEmail(""),
    );
  }, []);
  if (email === null) return null;
  return (
    <div class={css.way}>
      {email !== "" && !isChanging ? (
        <p class={css.head} role="status">
          <Mail size={16} />
          <span>
            {t("emailKept", { email })}{" "}
            <button type="button" class={css.more} onClick={() => setChanging(true)}>
              {t("change")}
            </button>
          </span>
        </p>
      ) : (
        <>
          <p class={css.head}>
            <Mail size={16} />
            {t("weWrite")}
          </p>
          <MailForm
            email={email}
            act={t("leaveIt")}
            onSend={async (to) => {
              await chat.own("PUT", "/email", { email: to });
              setEmail(to);
              setChanging(false);
            }}
          />
        </>
      )}
    </div>
  );
};

async function ask<T>(chat: Chat, path: string): Promise<T> {
  return (await (await chat.own("GET", path)).json()) as T;
}
