import { signal } from "@preact/signals";
import { ApiError } from "../api";
import { t } from "../i18n";

/** Something that is asked of the server: whether it is under way, and what the server said against it. */
export class Act {
  readonly busy = signal(false);
  readonly problem = signal<string | null>(null);

  /** Runs `work` unless something is under way; null when it was refused, and `problem` says why. */
  async run<T>(work: () => Promise<T>): Promise<T | null> {
    if (this.busy.peek()) return null;
    this.busy.value = true;
    this.problem.value = null;
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.problem.value = error.status === 0 ? t.signIn.offline : error.message;
      return null;
    } finally {
      this.busy.value = false;
    }
  }
}
