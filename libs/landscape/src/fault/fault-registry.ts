import { validated } from '../validated.js';
import { type Fault, faultSchema, type FaultTarget } from './fault.js';

interface ActiveFault {
  readonly fault: Fault;
  remaining: number;
}

/**
 * What is to go wrong at a tenant. Faults of one endpoint apply one after the other, in the order they were added,
 * so that a test can script a sequence ("two times 429, then a reset, then all is well").
 */
export class FaultRegistry {
  #active: ActiveFault[] = [];

  /** @param onAdd is told each fault, for what has to be prepared */
  constructor(private readonly onAdd: (fault: Fault) => void) {}

  /**
   * Lets something go wrong from the next request on.
   *
   * @throws {RangeError} for what is no fault
   */
  add(content: Fault): void {
    const fault = validated(faultSchema, content, 'fault');
    this.#active.push({ fault, remaining: fault.times ?? Number.POSITIVE_INFINITY });
    this.onAdd(fault);
  }

  /** All is well again. */
  clear(): void {
    this.#active = [];
  }

  /** What still goes wrong, `times` being what is left. */
  list(): readonly Fault[] {
    return this.#active.map(({ fault, remaining }) =>
      fault.times === undefined ? fault : { ...fault, times: remaining },
    );
  }

  /** The fault that applies to the request at hand, which uses it up once. */
  take(target: FaultTarget): Fault | undefined {
    const active = this.#active.find(({ fault }) => fault.endpoint === target);
    if (active === undefined) return undefined;
    active.remaining -= 1;
    if (active.remaining === 0) this.#active = this.#active.filter((other) => other !== active);
    return active.fault;
  }
}
