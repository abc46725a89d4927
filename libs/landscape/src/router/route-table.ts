import type { RouteOptions } from './route-options.js';

/** Where a host name leads. */
export interface Route extends Required<RouteOptions> {
  /** Instances of the app, at least one. */
  readonly instances: readonly URL[];
}

/** Which host name leads to which app. */
export class RouteTable {
  readonly #routes = new Map<string, Route & { turn: number }>();

  /** Maps a host name, replacing what it led to before. */
  map(hostName: string, route: Route): void {
    this.#routes.set(hostName.toLowerCase(), { ...route, turn: 0 });
  }

  /** The route of a host name, its instances beginning with the one whose turn it is. */
  resolve(hostName: string): Route | undefined {
    const route = this.#routes.get(hostName);
    if (route === undefined) return undefined;
    const { instances, turn } = route;
    route.turn = (turn + 1) % instances.length;
    return { ...route, instances: [...instances.slice(turn), ...instances.slice(0, turn)] };
  }
}
