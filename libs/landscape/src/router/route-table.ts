import type { RouteOptions } from './route-options.js';

/** Options and target of a host name. */
export interface Route extends Required<RouteOptions> {
  /** Instances of the app, at least one. */
  readonly instances: readonly URL[];
}

/** Maps host names to apps. */
export class RouteTable {
  readonly #routes = new Map<string, Route & { turn: number }>();

  /** The host names, in the order of their first mapping. */
  get hosts(): readonly string[] {
    return [...this.#routes.keys()];
  }

  /** Maps a host name, replacing its previous route. */
  map(hostName: string, route: Route): void {
    this.#routes.set(hostName.toLowerCase(), { ...route, turn: 0 });
  }

  /** Returns the route of a host name; its first instance is the next one in round robin. */
  resolve(hostName: string): Route | undefined {
    const route = this.#routes.get(hostName);
    if (route === undefined) return undefined;
    const { instances, turn } = route;
    route.turn = (turn + 1) % instances.length;
    return { ...route, instances: [...instances.slice(turn), ...instances.slice(0, turn)] };
  }
}
