/** The files a container sees: those of its image, what it writes, and what is mounted. */

/** Files by relative path; a name that ends in `/` is an empty folder. */
export interface VolumeFiles {
  readonly files: () => ReadonlyMap<string, string>;
  /** Absent for what cannot be written: ConfigMaps, Secrets. `undefined` removes. */
  readonly write?: (path: string, text: string | undefined) => void;
  /** True for programs that may be run, by relative path. */
  readonly isExecutable?: (path: string) => boolean;
}

export interface Mount {
  /** Absolute, without a slash at the end. */
  readonly path: string;
  /** File system as `df` and `mount` name it. */
  readonly type: string;
  readonly readOnly: boolean;
  readonly volume: VolumeFiles;
  /** The file or folder of the volume that is mounted, in place of the whole. */
  readonly subPath?: string;
}

interface Place {
  readonly mount: Mount;
  /** Path in the volume; '' for its root. */
  readonly path: string;
}

const MAX_FILE_BYTES = 1_048_576;
const READ_ONLY = 'Read-only file system';

/** An absolute path without `.`, `..` and double slashes. */
export function resolvePath(folder: string, path: string): string {
  const parts: string[] = [];
  for (const part of (path.startsWith('/') ? path : `${folder}/${path}`).split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

/** A volume that keeps what is written: emptyDir, hostPath, a claim. */
export function createWritableVolume(): VolumeFiles {
  const files = new Map<string, string>();
  return {
    files: () => files,
    write: (path, text) => {
      if (text === undefined) files.delete(path);
      else files.set(path, text);
    },
    isExecutable: () => true,
  };
}

export class FileTree {
  readonly #image: ReadonlyMap<string, string>;
  readonly #written = new Map<string, string | undefined>();
  readonly #executable = new Set<string>();
  readonly mounts: readonly Mount[];
  /** Called after each change that the container makes. */
  onChange: () => void = () => undefined;

  constructor(image: ReadonlyMap<string, string>, mounts: readonly Mount[]) {
    this.#image = image;
    this.mounts = [...mounts].sort((one, other) => other.path.length - one.path.length);
  }

  /** The text of a file; undefined if there is none. */
  read(path: string): string | undefined {
    const place = this.#placeOf(path);
    if (place !== undefined)
      return place.path === '' ? undefined : place.mount.volume.files().get(place.path);
    const text = this.#written.has(path) ? this.#written.get(path) : this.#image.get(path);
    return text;
  }

  isFolder(path: string): boolean {
    return path === '/' || (this.read(path) === undefined && this.list(path) !== undefined);
  }

  exists(path: string): boolean {
    return this.read(path) !== undefined || this.isFolder(path);
  }

  /** Names in a folder, sorted; undefined if it is none. */
  list(path: string): string[] | undefined {
    const names = new Set<string>();
    let isThere = path === '/' || this.mounts.some((mount) => mount.path === path);
    const prefix = path === '/' ? '/' : `${path}/`;
    const add = (file: string): void => {
      if (!file.startsWith(prefix)) return;
      isThere = true;
      const [name = ''] = file.slice(prefix.length).split('/');
      if (name !== '') names.add(name);
    };
    for (const mount of this.mounts) add(mount.path);
    const place = this.#placeOf(path);
    if (place === undefined) {
      for (const file of this.#image.keys()) if (!this.#written.has(file)) add(file);
      for (const [file, text] of this.#written) if (text !== undefined) add(file);
    } else {
      const inside = place.path === '' ? '' : `${place.path}/`;
      const base = path === '/' ? '' : path;
      for (const file of place.mount.volume.files().keys()) {
        if (file.startsWith(inside)) add(`${base}/${file.slice(inside.length)}`);
      }
    }
    return isThere ? [...names].sort() : undefined;
  }

  /** Returns '' or the error in the words of the C library. */
  write(path: string, text: string, append = false): string {
    if (path === '/dev/null') return '';
    if (this.isFolder(path)) return 'Is a directory';
    const folder = path.slice(0, path.lastIndexOf('/')) || '/';
    if (!this.isFolder(folder)) return 'No such file or directory';
    const whole = append ? `${this.read(path) ?? ''}${text}` : text;
    if (whole.length > MAX_FILE_BYTES) return 'No space left on device';
    return this.#put(path, whole);
  }

  makeFolder(path: string): string {
    if (this.exists(path)) return 'File exists';
    return this.#put(`${path}/`, '');
  }

  /** Removes a file, or a folder with all that is in it. */
  remove(path: string): string {
    const place = this.#placeOf(path);
    if (place !== undefined && (place.mount.readOnly || place.mount.volume.write === undefined))
      return READ_ONLY;
    for (const name of this.read(path) === undefined ? (this.list(path) ?? []) : [])
      this.remove(`${path}/${name}`);
    this.#put(path, undefined);
    this.#put(`${path}/`, undefined);
    return '';
  }

  makeExecutable(path: string): void {
    this.#executable.add(path);
  }

  /** True if the file may be run as a program. */
  isExecutable(path: string): boolean {
    const place = this.#placeOf(path);
    if (place !== undefined) return place.mount.volume.isExecutable?.(place.path) ?? false;
    return this.#executable.has(path);
  }

  #put(path: string, text: string | undefined): string {
    const place = this.#placeOf(path.replace(/\/$/, ''));
    if (place === undefined) {
      this.#written.set(path, text);
    } else {
      const { mount } = place;
      if (mount.readOnly || mount.volume.write === undefined) return READ_ONLY;
      mount.volume.write(path.endsWith('/') ? `${place.path}/` : place.path, text);
    }
    this.onChange();
    return '';
  }

  #placeOf(path: string): Place | undefined {
    const mount = this.mounts.find((each) => path === each.path || path.startsWith(`${each.path}/`));
    if (mount === undefined) return undefined;
    const rest = path.slice(mount.path.length + 1);
    const { subPath } = mount;
    if (subPath === undefined) return { mount, path: rest };
    return { mount, path: rest === '' ? subPath : `${subPath}/${rest}` };
  }
}
