import { Reflector } from '@nestjs/core';
import type { ProofOfPossessionPolicy } from '../../ias.options.js';

/**
 * Demands more proof on a route than elsewhere in the app: `@ProofOfPossession('required')`. A policy weaker than the
 * one of the app has no effect.
 */
export const ProofOfPossession = Reflector.createDecorator<ProofOfPossessionPolicy>();
