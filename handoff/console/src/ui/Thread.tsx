import { useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { t } from "../i18n";
import type { Conversation } from "../model/conversation";
import type { Office } from "../model/office";
import { marksOf } from "../model/reasons";
import { dayName } from "../model/times";
import { groupsOf, type Block } from "../model/timeline";
import { firstName } from "../model/verbs";
import { Avatar, Banner, Button, ReasonMark, Skeleton, Spoken } from "./Bits";
import { CompactCard } from "./CompactCard";
import { Composer } from "./Composer";
import { Icon } from "./Icon";
import { Missed } from "./Marked";
import { Popover } from "./Popover";
import { PromiseBox, SnoozeBox, TransferBox } from "./Passing";
import { Group, Letters, NoteBox, Text } from "./Said";
import css from "./Thread.module.css";
import { Viewer } from "./Viewer";
import { Why } from "./Why";

export const Thread = ({ office, conversation }: { office: Office; conversation: Conversation }) => {
  const notice = conversation.notice.value;
  return (
    <>
      <Head office={office} conversation={conversation} />
      {notice !== null && (
        <Banner tone={notice.tone} icon="info" fact={notice.fact} next={notice.next}>
          <Button small look="bare" icon="close" label={t.notice.dismiss} onClick={() => (conversation.notice.value = null)} />
        </Banner>
      )}
      <Log office={office} conversation={conversation} />
      <Composer office={office} conversation={conversation} />
      <Viewer conversation={conversation} />
    </>
  );
};

const Head = ({ office, conversation }: { office: Office; conversation: Conversation }) => {
  const { desk } = office;
  const more = useSignal(false);
  const ticket = conversation.ticket.value;
  const name = conversation.visitor.value;
  const held = desk.holds.value.has(conversation.id);
  const ready = desk.live.value && conversation.busy.value === null;
  const marks = ticket === undefined ? [] : marksOf(ticket);
  const toggle = (box: "transfer" | "snooze" | "promise"): void => {
    office.box.value = office.box.value === box ? null : box;
  };
  const act = (what: () => void) => (): void => {
    more.value = false;
    what();
  };
  return (
    <header class={css.head}>
      <span class={css.back}>
        <Button look="bare" icon="back" label={t.actions.back} onClick={() => desk.choose(null)} />
        <Avatar name={name} />
      </span>
      <div class={css.who}>
        <h1 class={css.name}>{name ?? t.visitor}</h1>
        {conversation.about.value !== null && <span class={css.about}>{conversation.about.value}</span>}
        <span class={css.marks}>
          {marks.slice(0, 1).map((reason) => (
            <ReasonMark key={reason} reason={reason} />
          ))}
        </span>
      </div>
      {conversation.here.value.length > 0 && (
        <span class={css.hereToo} role="status">
          {conversation.here.value.slice(0, 3).map((one) => (
            <Avatar key={one.id} name={one.name} size={24} />
          ))}
          <span class={css.word}>{t.thread.hereToo}</span>
          <Spoken>{conversation.here.value.map((one) => one.name).join(", ")}</Spoken>
        </span>
      )}
      <div class={css.actions} role="group" aria-label={t.actions.label}>
        {held && (
          <>
            <span class={css.wide}>
              <Button icon="transfer" label={t.transfer.button} hint={t.transfer.title} disabled={!ready} onClick={() => toggle("transfer")}>
                <span class={css.word}>{t.transfer.button}</span>
              </Button>
              <Button icon="snooze" label={t.snooze.button} hint={t.snooze.title} disabled={!ready} onClick={() => toggle("snooze")}>
                <span class={css.word}>{t.snooze.button}</span>
              </Button>
              <Button icon="check" keyName="e" disabled={!ready} onClick={() => desk.resolve()}>
                {t.actions.resolve}
              </Button>
            </span>
          </>
        )}
        <span class={css.people}>
          <Button icon="people" label={t.actions.customer} onClick={() => (office.sheet.value = "customer")} />
        </span>
        {held && office.box.value === "transfer" && <TransferBox office={office} conversation={conversation} />}
        {held && office.box.value === "snooze" && <SnoozeBox office={office} />}
        {office.box.value === "promise" && <PromiseBox office={office} conversation={conversation} />}
        {held && (
          <span class={css.narrow}>
            <Button look="bare" icon="more" label={t.actions.more} onClick={() => (more.value = !more.value)} />
            {more.value && (
              <Popover label={t.actions.more} class={css.menu} onClose={() => (more.value = false)}>
                <button type="button" class={css.phone} disabled={!ready} onClick={act(() => desk.resolve())}>
                  <Icon name="check" />
                  {t.actions.resolve}
                </button>
                <button type="button" class={css.phone} disabled={!ready} onClick={act(() => toggle("transfer"))}>
                  <Icon name="transfer" />
                  {t.transfer.button}
                </button>
                <button type="button" class={css.phone} disabled={!ready} onClick={act(() => toggle("snooze"))}>
                  <Icon name="snooze" />
                  {t.snooze.button}
                </button>
                <button type="button" onClick={act(() => toggle("promise"))}>
                  <Icon name="flag" />
                  {t.promise.add}
                </button>
                <button type="button" disabled={!ready} onClick={act(() => desk.release("queue"))}>
                  <Icon name="release" />
                  {t.actions.toQueueLong}
                </button>
                <button type="button" disabled={!ready} onClick={act(() => desk.release("bot"))}>
                  <Icon name="spark" />
                  {t.actions.toBotLong}
                </button>
              </Popover>
            )}
          </span>
        )}
      </div>
    </header>
  );
};

const NEAR_PX = 80;

const Log = ({ office, conversation }: { office: Office; conversation: Conversation }) => {
  const { desk } = office;
  const scroll = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const away = useSignal(false);
  const laid = conversation.blocks.value;
  const letters = desk.letters.all.value.filter((letter) => letter.command.conversation_id === conversation.id);
  const typing = conversation.typing.value;
  const name = conversation.visitor.value;

  const first = laid[0];
  const today = first?.kind === "day" && dayName(first.at, desk.clock.now()) === t.thread.today;

  const toEnd = (): void => {
    const box = scroll.current;
    if (box !== null) box.scrollTop = box.scrollHeight;
  };
  useLayoutEffect(() => {
    if (atEnd.current) toEnd();
  });
  useEffect(() => {
    const box = scroll.current;
    if (box === null) return;
    const watch = new ResizeObserver(() => {
      if (atEnd.current) toEnd();
    });
    watch.observe(box);
    return () => watch.disconnect();
  }, []);

  return (
    <div class={css.logBox}>
      <div
        ref={scroll}
        class={css.scroll}
        tabIndex={0}
        role="region"
        aria-label={t.thread.log}
        onScroll={(event) => {
          const box = event.currentTarget;
          atEnd.current = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_PX;
          away.value = !atEnd.current;
        }}
      >
        {!conversation.loaded.value && laid.length === 0 && !conversation.missing.value && (
          <Skeleton rows={4} label={t.thread.loading} />
        )}
        {conversation.loaded.value && laid.length === 0 && letters.length === 0 && (
          <p class={css.blank}>{t.thread.empty}</p>
        )}
        <div class={css.log} role="log" aria-live="polite" aria-label={t.thread.log}>
          {(today ? laid.slice(1) : laid).map((block) => (
            <One key={block.key} office={office} conversation={conversation} block={block} />
          ))}
          <Letters desk={desk} letters={letters} />
          {typing !== null && (
            <p class={css.typing}>
              <span class={css.dots} aria-hidden="true">
                <i />
                <i />
                <i />
              </span>
              {t.thread.isTyping(firstName(typing.name ?? name ?? t.visitor))}
            </p>
          )}
        </div>
      </div>
      {away.value && (
        <span class={css.newest}>
          <Button small icon="down" onClick={toEnd}>
            {t.thread.newest}
          </Button>
        </span>
      )}
    </div>
  );
};

const One = ({ office, conversation, block }: { office: Office; conversation: Conversation; block: Block }) => {
  const { desk } = office;
  switch (block.kind) {
    case "day":
      desk.clock.minute.value;
      return (
        <p class={css.day}>
          <span>{dayName(block.at, desk.clock.now())}</span>
        </p>
      );
    case "assistant":
      return <AssistantPart office={office} block={block} />;
    case "group":
      return <Group office={office} conversation={conversation} block={block} ownRead={conversation.state.value?.read ?? 0} />;
    case "why":
      return <Why office={office} conversation={conversation} pos={block.pos} evidence={block.evidence} />;
    case "note":
      return (
        <NoteBox
          author={desk.isOwn(block.message.author.name) ? null : block.message.author.name}
          at={block.message.sent_at}
          text={block.message.text}
          whisper={block.whisper}
        />
      );
    case "system":
      return (
        <>
          {block.message.text !== "" && (
            <p class={css.system}>
              <span>{block.message.text}</span>
            </p>
          )}
          {block.message.card !== null && <CompactCard card={block.message.card} />}
        </>
      );
  }
};

const AssistantPart = ({ office, block }: { office: Office; block: Extract<Block, { kind: "assistant" }> }) => {
  const toggled = useSignal<boolean | null>(null);
  const open = toggled.value ?? block.open;
  return (
    <section class={css.part} data-open={open}>
      <button type="button" class={css.partHead} aria-expanded={open} onClick={() => (toggled.value = !open)}>
        <Icon name="spark" />
        <span class={css.partTitle}>{t.thread.turns(block.turns)}</span>
        <span class={css.partWords}>{block.summary}</span>
        <span class={css.partArrow}>
          <Icon name="down" />
        </span>
      </button>
      {open && (
        <div class={css.partBody}>
          {groupsOf(block.messages).map((group) => (
            <div key={group.key} class={css.turn} data-side={group.side}>
              <span class={css.turnWho}>{group.side === "bot" ? t.assistant : firstName(group.name ?? t.visitor)}</span>
              <div class={css.turnWords}>
                {group.messages.map((message) => (
                  <div key={message.id}>
                    {message.text !== "" && <Text text={message.text} />}
                    {message.card !== null && <CompactCard card={message.card} />}
                    {message.buttons.length > 0 && (
                      <p class={css.offered}>
                        {t.thread.offered}: {message.buttons.map((button) => button.title).join(" · ")}
                      </p>
                    )}
                    {group.side === "theirs" && <Missed office={office} pos={message.pos} />}
                  </div>
                ))}
              </div>
            </div>
          ))}
        </div>
      )}
    </section>
  );
};
