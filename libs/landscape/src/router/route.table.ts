/** One route: the instances of an app, served in round robin. */
interface Route {
  readonly instances: readonly URL[];
  next: number;
}

/** Which host name leads to which app. */
export class RouteTable {
  readonly #routes = new Map<string, Route>();

  /** Maps a host name, replacing what it led to before. */
  map(hostName: string, instances: readonly URL[]): void {
    this.#routes.set(hostName.toLowerCase(), { instances, next: 0 });
  }

  /** The instance whose turn it is. */
  resolve(hostName: string): URL | undefined {
    const route = this.#routes.get(hostName);
    if (route === undefined) return undefined;
    const instance = route.instances[route.next % route.instances.length];
    route.next = (route.next + 1) % route.instances.length;
    return instance;
  }
}
