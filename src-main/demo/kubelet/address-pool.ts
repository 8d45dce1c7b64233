/** Addresses of pods, from the range of their node. */
import type { Registry } from '../registry/contract.ts';

function toNumber(ip: string): number {
  return ip.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

function toText(value: number): string {
  return [24, 16, 8, 0].map((bits) => Math.floor(value / 2 ** bits) % 256).join('.');
}

export class AddressPool {
  readonly #registry: Registry;
  readonly #taken = new Set<string>();
  /** Next address by node. */
  readonly #next = new Map<string, { readonly base: number; readonly size: number; at: number }>();

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  /** The next free address of the node's range; freed ones come again only after the whole range. */
  take(node: string): string {
    const range = this.#next.get(node) ?? this.#rangeOf(node);
    this.#next.set(node, range);
    for (let tries = 0; tries < range.size; tries += 1) {
      const ip = toText(range.base + 2 + (range.at % Math.max(1, range.size - 3)));
      range.at += 1;
      if (this.#taken.has(ip)) continue;
      this.#taken.add(ip);
      return ip;
    }
    return toText(range.base + 1);
  }

  free(ip: string): void {
    this.#taken.delete(ip);
  }

  #rangeOf(node: string): { base: number; size: number; at: number } {
    const found = this.#registry.find(this.#registry.catalogue.builtIn('v1', 'Node'), undefined, node);
    const { podCIDR } = (found?.spec ?? {}) as { podCIDR?: string };
    const [, address = `10.244.${this.#next.size % 256}.0`, bits = '24'] =
      /^([\d.]+)\/(\d+)$/.exec(podCIDR ?? '') ?? [];
    return { base: toNumber(address), size: 2 ** (32 - Number(bits)), at: 0 };
  }
}
