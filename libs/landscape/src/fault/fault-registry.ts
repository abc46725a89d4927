import { validated } from '../option-validation.js';
import { type Fault, faultSchema, type FaultTarget } from './fault.js';

interface ActiveFault {
  readonly fault: Fault;
  remaining: number;
}

/**
 * The faults of a tenant. Faults of one endpoint apply one after the other, in the order they were added, so that a
 * test can script a sequence: for example 429 twice, then a reset, then normal answers.
 */
export class FaultRegistry {
  #active: ActiveFault[] = [];
  readonly #onAdd: (fault: Fault) => void;

  /** @param onAdd called with each added fault, to prepare for it */
  constructor(onAdd: (fault: Fault) => void) {
    this.#onAdd = onAdd;
  }

  /**
   * Adds a fault, which applies from the next request on.
   * @throws {RangeError} if the fault is invalid
   */
  add(content: Fault): void {
    const fault = validated(faultSchema, content, 'fault');
    this.#active.push({ fault, remaining: fault.times ?? Number.POSITIVE_INFINITY });
    this.#onAdd(fault);
  }

  /** Removes all faults. */
  clear(): void {
    this.#active = [];
  }

  /** Lists the active faults; `times` is the number of remaining requests. */
  list(): readonly Fault[] {
    return this.#active.map(({ fault, remaining }) =>
      fault.times === undefined ? fault : { ...fault, times: remaining },
    );
  }

  /**
   * Returns the fault that applies to the current request, and counts one of its `times`.
   * @param kind if the next fault is of another kind, it does not apply
   */
  take(target: FaultTarget, kind?: Fault['kind']): Fault | undefined {
    const active = this.#active.find(({ fault }) => fault.endpoint === target);
    if (active === undefined || (kind !== undefined && active.fault.kind !== kind)) return undefined;
    active.remaining -= 1;
    if (active.remaining === 0) this.#active = this.#active.filter((other) => other !== active);
    return active.fault;
  }
}
