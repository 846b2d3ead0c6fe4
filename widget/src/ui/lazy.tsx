import type { FunctionComponent } from "preact";
import { useEffect, useState } from "preact/hooks";

/** A component that is fetched when it is first drawn; nothing stands in its place until then. Fetched anew after a failure. */
export function lazily<Props extends object>(load: () => Promise<FunctionComponent<Props>>): FunctionComponent<Props> {
  let Loaded: FunctionComponent<Props> | null = null;
  return (props: Props) => {
    const [, draw] = useState(0);
    useEffect(() => {
      if (Loaded !== null) return;
      let isHere = true;
      load().then(
        (component) => {
          Loaded = component;
          if (isHere) draw((times) => times + 1);
        },
        () => undefined,
      );
      return () => {
        isHere = false;
      };
    }, []);
    return Loaded === null ? null : <Loaded {...props} />;
  };
}
