/** The demo among the fabrics: opened on request, by the flag, or where there is no kubeconfig at all. */
import { join } from 'node:path';
import { AppFailure, type AppError } from '../../shared/errors.ts';
import type { DemoFault } from '../../shared/model/demo.ts';
import { placeKubeconfig } from '../demo/kubeconfig.ts';
import type { Kubeconfig } from '../kube/contract.ts';
import { DemoHost, type DemoHostOptions, type DemoWish } from './demo-host.ts';
import { addDemo } from './demo-kubeconfig.ts';

export interface DemoFabricsOptions extends DemoHostOptions {
  /** The demo's fabrics alone: no kubeconfig is read. */
  readonly alone: boolean;
  /** Folder for the kubeconfig that kubectl may use. */
  readonly folder: string;
}

const NO_KUBECONFIG: Kubeconfig = { sources: [], contexts: [], problems: [] };

/** Neither a file nor a variable names a kubeconfig; one that is named and missing is a fault to be told instead. */
function isNone({ sources, contexts, problems }: Kubeconfig): boolean {
  return (
    sources.length === 0 &&
    contexts.length === 0 &&
    problems.every(({ code, details }) => code === 'kubeconfig-missing' && details?.['file'] === undefined)
  );
}

function failure(message: string, hint: string): AppFailure {
  return new AppFailure({ code: 'internal', message, hint, retryable: true });
}

export class DemoFabrics {
  readonly #host: DemoHost;
  readonly #alone: boolean;
  readonly #file: string;
  #mayOpen = true;
  #byItself = false;

  #removeFile: (() => void) | undefined;

  constructor({ alone, folder, ...options }: DemoFabricsOptions) {
    this.#alone = alone;
    this.#file = join(folder, 'demo-kubeconfig');
    const onChange = () => {
      this.#renewFile();
      options.onChange();
    };
    this.#host = new DemoHost({ ...options, onChange });
  }

  /** True if the demo is there without having been asked for in the window. */
  get byItself(): boolean {
    return this.#byItself;
  }

  /** What `read` gives, and the demo's fabrics where the demo is open or to be opened. */
  async load(read: () => Promise<Kubeconfig>): Promise<Kubeconfig> {
    const real = this.#alone ? NO_KUBECONFIG : await read();
    if (this.#mayOpen && (this.#alone || isNone(real))) {
      const problem = await this.#openByItself();
      if (problem !== undefined) return { ...real, problems: [...real.problems, problem] };
    }
    return addDemo(real, this.#host.kubeconfig);
  }

  /** Throws `AppFailure` if the demo cannot be started. */
  async open(): Promise<void> {
    await this.#host.start();
  }

  /** Ends the demo until it is asked for again. */
  close(): void {
    this.#mayOpen = false;
    this.#byItself = false;
    this.#takeFileAway();
    this.#host.stop();
  }

  /** Ends the server's process, as the app ends. */
  end(): void {
    this.#takeFileAway();
    this.#host.end();
  }

  /** Writes the kubeconfig of the demo for kubectl and returns its path; it goes when the demo ends. Throws `AppFailure`. */
  placeKubeconfig(): string {
    const text = this.#host.kubeconfigText;
    if (text === undefined) throw failure('The demo is not running.', 'Open the demo first.');
    try {
      this.#removeFile = placeKubeconfig(this.#file, text);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw failure(`The kubeconfig of the demo could not be written: ${why}.`, 'Check the folder.');
    }
    return this.#file;
  }

  ask(wish: DemoWish): Promise<readonly DemoFault[]> {
    return this.#host.ask(wish);
  }

  #takeFileAway(): void {
    this.#removeFile?.();
    this.#removeFile = undefined;
  }

  /** A file that was placed follows the tokens in it. That it cannot be written is told where it is asked for. */
  #renewFile(): void {
    if (this.#removeFile === undefined) return;
    try {
      this.placeKubeconfig();
    } catch (error) {
      if (!(error instanceof AppFailure)) throw error;
    }
  }

  async #openByItself(): Promise<AppError | undefined> {
    try {
      await this.#host.start();
      this.#byItself = true;
      return undefined;
    } catch (cause) {
      if (!(cause instanceof AppFailure)) throw cause;
      this.#mayOpen = false;
      return cause.error;
    }
  }
}
