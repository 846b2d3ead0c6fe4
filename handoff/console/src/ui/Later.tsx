import { useSignal } from "@preact/signals";
import type { FunctionComponent } from "preact";
import { useEffect } from "preact/hooks";
import { t } from "../i18n";
import { Button, Skeleton } from "./Bits";
import css from "./Later.module.css";

/** A page that is fetched when somebody goes there: whoever answers customers does without it. */
export function later<P extends object>(load: () => Promise<FunctionComponent<P>>): FunctionComponent<P> {
  let fetched: FunctionComponent<P> | null = null;
  return (props) => {
    const page = useSignal(fetched);
    const failed = useSignal(false);
    const fetch = (): void => {
      failed.value = false;
      load().then(
        (found) => {
          fetched = found;
          page.value = found;
        },
        () => (failed.value = true),
      );
    };
    useEffect(() => {
      if (fetched === null) fetch();
    }, []);
    const Page = page.value;
    if (Page !== null) return <Page {...props} />;
    return (
      <div class={css.wait}>
        {failed.value ? (
          <p>
            {t.link.pageFailed} <Button onClick={fetch}>{t.queue.retry}</Button>
          </p>
        ) : (
          <Skeleton rows={4} label={t.link.pageLoading} />
        )}
      </div>
    );
  };
}
